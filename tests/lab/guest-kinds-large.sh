#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: HVM guests with memory up to 3.75 GiB and above boot from PV disks and take them over
# set: full
# memory: 9216
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh
. /payload/tests/store-log-common.sh
. /payload/tests/guest-kinds-common.sh

# The last MiB below the window for devices, and a guest whose RAM goes on above 4 GiB.
for mib in 3840 5120; do
  kind "$mib" strict 'order=none' memory=$mib
done
start_hook
kind 5120 hook 'order=freebsd' memory=5120
stop_hook
