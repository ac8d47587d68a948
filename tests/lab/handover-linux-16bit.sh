#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Linux by its 16-bit entry, which announces itself to the BIOS, finds its disks closed and clean
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

# With a second disk, the GRUB test disk loads the kernel for its 16-bit entry.
truncate -s 8M "$WORK/second.img"
vm_config "$WORK/vm.cfg" memory=256 \
  disk="format=raw,vdev=xvde,access=rw,backendtype=phy,target=$(image grub-disk)" \
  disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/second.img"
boot_grub_disk "$WORK/vm.cfg"
expect_grub_disk xvde
expect_line "$OUT/serial" 'grub: kernel loaded for its 16-bit entry'
expect_line "$OUT/serial" 'userland: disk xvdf 16384' "Linux does not see the second disk"
expect_line "$OUT/debug" '2 disks closed in ' "the disks were not closed for Linux"
# What Linux says of a frontend that somebody has left open, and of a backend that does not come.
expect_line "$OUT/console" 'blkfront: xvde: ' "no kernel log"
expect_no_line "$OUT/console" 'triggering reconnect|XENBUS: (frontend|backend|Timeout|Waiting)' "Linux had to reset a disk"
