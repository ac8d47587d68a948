#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: PVH guests of many kinds (populate on demand, nested, other timers) boot from PV disks and take them over
# set: full
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh
. /payload/tests/store-log-common.sh
. /payload/tests/guest-kinds-common.sh
. /payload/tests/nested-common.sh

kind plain pvh 'order=none'
kind on-demand pvh 'order=none' memory=64 maxmem=256
expect_memory on-demand-pvh 72
vm_config "$WORK/nested.cfg" type=pvh nestedhvm=1
! has_nested_guests "$WORK/nested.cfg" || kind nested pvh 'order=none' nestedhvm=1
kind ticks-missed pvh 'order=none' 'timer_mode="no_missed_ticks_pending"'
kind ticks-late pvh 'order=none' 'timer_mode="delay_for_missed_ticks"'
kind tsc-emulated pvh 'order=none' 'tsc_mode="always_emulate"'
