#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a boot sector, GRUB and a Linux userland run from a PV-only disk that Linux blkback serves
# set: full
# also: oxenstored xen-4.20
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 \
  disk="format=raw,vdev=xvde,access=rw,backendtype=phy,target=$disk"
boot_grub_disk "$WORK/vm.cfg"
expect_grub_disk xvde
expect_line "$OUT/debug" 'xenpv: hand-over: strict '
expect_line "$OUT/debug" 'xvde: connected in .* backend .*/backend/vbd/'
# There is no choice, and so no boot menu.
expect_line "$OUT/debug" 'Only one boot device present. Skip boot menu'
expect_no_line "$OUT/debug" 'Press ESC for boot menu'
