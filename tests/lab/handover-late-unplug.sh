#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: systems that unplug after they have taken their disks, or never, find them closed
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

start_hook
# The device in the ACPI tables tells the hook; an unplug by a system that has its disks open already
# reaches QEMU and leaves them open.
boot_vdev=hda own_drivers acpi hook 'order=acpi emulated'
expect_taken acpi 2
# One that has no ACPI and does not unplug in time is for the strict mode: nothing told the hook.
own_drivers untold hook 'order=none'
expect_not_taken untold
stop_hook

own_drivers late strict 'order=late'
expect_taken late 0
own_drivers never strict 'order=none'
expect_taken never 0
