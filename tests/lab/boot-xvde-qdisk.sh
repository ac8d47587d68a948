#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a boot sector, GRUB and a Linux userland run from a PV-only disk that QEMU's qdisk serves
# also: oxenstored
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

# With Viridian enlightenments, which move Xen's CPUID leaves up.
disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 viridian=1 \
  disk="format=raw,vdev=xvde,access=rw,backendtype=qdisk,target=$disk"
boot_grub_disk "$WORK/vm.cfg"
expect_grub_disk xvde
expect_line "$OUT/debug" 'xenpv: hand-over: strict '
expect_line "$OUT/debug" 'xvde: connected in .* backend .*/backend/qdisk/'
expect_line "$OUT/debug" 'Xen [0-9.]+.* at CPUID leaf 40000100' "the firmware did not find Xen's CPUID leaves, which were moved"
