#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: without Xen's platform device GRUB loads Linux from a PV-only disk, which Linux does not find; the firmware's log warns of it
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

disk=$(image grub-disk)
grub_disk_settings "$disk" stages=boot
vm_config "$WORK/vm.cfg" memory=256 xen_platform_pci=0 disk="format=raw,vdev=xvde,access=rw,target=$disk"
boot_grub_disk "$WORK/vm.cfg" -u 'userland: up, [0-9]+ disks'
expect_line "$OUT/debug" 'xenpv: no Xen platform device: Linux and Windows find no PV disk'
expect_line "$OUT/serial" 'userland: up, 0 disks'
