#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that never unplugs, or not by the ports that the daemon claims, finds its disks closed, because of its ACPI (even if it has only loaded the tables) or in strict mode; without ACPI nothing notifies the daemon
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

start_hook
own_drivers load hook 'order=none acpi=load'
expect_takeover load 2
boot_vdev=hda own_drivers suse hook 'order=suse acpi=load emulated'
expect_takeover suse 2
own_drivers without-acpi hook 'order=none'
expect_no_takeover without-acpi
stop_hook
if [[ $FULL == 1 ]]; then
  start_hook
  own_drivers init hook 'order=none acpi=init'
  expect_takeover init 2
  stop_hook
  own_drivers never strict 'order=none'
  expect_takeover never 0
fi
