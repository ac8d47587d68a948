#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: systems that only take untouched disks find them untouched in every mode except linger
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

if [[ $FULL == 1 ]]; then
  # This shows that the program detects open disks (handover-none shows it too).
  own_drivers linger linger 'order=freebsd'
  expect_no_takeover linger
fi
# In linger mode a system can announce itself to the BIOS as well.
own_drivers announced linger 'order=freebsd announce'
expect_takeover announced 0

own_drivers strict strict 'order=freebsd'
expect_takeover strict 0

start_hook
own_drivers freebsd hook 'order=freebsd'
expect_takeover freebsd 2
if [[ $FULL == 1 ]]; then
  own_drivers linux hook 'order=linux'
  expect_takeover linux 2
fi
# The first access is the unplug: the daemon does what QEMU would have done. The first disk is
# emulated as well.
boot_vdev=hda own_drivers write hook 'order=write emulated'
expect_takeover write 2
stop_hook
