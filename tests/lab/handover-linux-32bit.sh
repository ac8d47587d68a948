#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Linux, started by its 32-bit entry, does not call the BIOS and finds its disks closed by the daemon
# also: oxenstored
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/handover-common.sh
. /payload/tests/handover-linux-common.sh

start_hook
# The usual disks of a guest: emulated as well.
boot_vdev=xvda second_vdev=xvdb linux_boot hook-phy hook 32bit phy
expect_unconnected_ports hook-phy 2
if [[ $FULL == 1 ]]; then
  # For comparison.
  boot_vdev=xvda second_vdev=xvdb linux_boot stock stock 32bit phy hdtype='"ahci"'
  expect_unconnected_ports stock 0
  boot_vdev=xvda second_vdev=xvdb linux_boot hook-qdisk hook 32bit qdisk
  boot_vdev=xvda second_vdev=xvdg linux_boot hook-ahci hook 32bit phy hdtype='"ahci"'
  boot_vdev=xvda second_vdev=xvdg linux_boot hook-ahci-qdisk hook 32bit qdisk hdtype='"ahci"'
  boot_vdev=sda second_vdev=xvdg linux_boot hook-scsi hook 32bit phy
  boot_vdev=sda second_vdev=xvdg linux_boot hook-scsi-qdisk hook 32bit qdisk
  linux_boot hook-only-pv hook 32bit phy
  stop_hook
  for name in hook-qdisk hook-ahci hook-ahci-qdisk hook-scsi hook-scsi-qdisk hook-only-pv; do expect_unconnected_ports "$name" 2; done
  linux_boot strict-phy strict 32bit phy
  linux_boot strict-qdisk strict 32bit qdisk
  boot_vdev=xvda second_vdev=xvdg linux_boot strict-ahci strict 32bit qdisk hdtype='"ahci"'
  for name in strict-phy strict-qdisk strict-ahci; do expect_unconnected_ports "$name" 0; done
fi
