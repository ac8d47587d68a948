#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a boot sector, GRUB and a Linux userland run from xvda, a guest's usual disk, which is emulated as well
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 vga=cirrus \
  disk="format=raw,vdev=xvda,access=rw,backendtype=phy,target=$disk"
boot_grub_disk "$WORK/vm.cfg"
expect_grub_disk xvda
expect_line "$OUT/debug" 'xvda: serves the emulated drive too'
expect_no_line "$OUT/debug" 'served by the emulated disk from now on' "the disk fell back before Linux"
