#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Linux, started by its 16-bit entry, announces itself to the BIOS and finds its disks closed and clean
# set: full
# also: oxenstored
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/handover-common.sh
. /payload/tests/handover-linux-common.sh

linux_boot strict-phy strict 16bit phy
expect_line "$OUT/strict-phy/serial" 'grub: kernel loaded for its 16-bit entry'
expect_unconnected_ports strict-phy 0
if [[ $FULL == 1 ]]; then
  linux_boot strict-qdisk strict 16bit qdisk
  # The firmware itself closes its disks when the system announces itself, and leaves no port.
  linux_boot linger-phy linger 16bit phy
  start_hook
  linux_boot hook-phy hook 16bit phy
  linux_boot hook-qdisk hook 16bit qdisk
  boot_vdev=xvda second_vdev=xvdg linux_boot hook-ahci hook 16bit qdisk hdtype='"ahci"'
  stop_hook
  for name in strict-qdisk linger-phy hook-phy hook-qdisk hook-ahci; do
    expect_line "$OUT/$name/serial" 'grub: kernel loaded for its 16-bit entry'
    expect_unconnected_ports "$name" 0
  done
fi
