#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that unplugs after it has taken its disks finds them closed, because of its ACPI or in strict mode
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

start_hook
# The device in the ACPI tables notifies the daemon. A later unplug, by a system that has its disks
# open already, reaches QEMU and leaves them open.
boot_vdev=hda own_drivers acpi hook 'order=late acpi=init emulated'
expect_takeover acpi 2
stop_hook

own_drivers late strict 'order=late'
expect_takeover late 0
