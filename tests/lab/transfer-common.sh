# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The disks of the scenarios that transfer in every form. Sourced after lib.sh.

# shellcheck disable=SC2034 # the scenarios use it
all_forms=CcLlMFH
big=$WORK/big.img blocks=$WORK/blocks.img qdisk=$WORK/qdisk.img
loop=
trap '[[ -z $loop ]] || losetup -d "$loop" 2> /dev/null || true' EXIT

# make_images MIB SECTORS: make a large disk of this size, one with blocks of 4 KiB, and one that
# QEMU serves. No size is round.
make_images() {
  head -c $(($1 * 1024 * 1024 + $2 * 512)) /dev/urandom > "$big"
  head -c $((3 * 1024 * 1024 + 5 * 4096)) /dev/urandom > "$blocks"
  head -c $((3 * 1024 * 1024 + 3 * 512)) /dev/urandom > "$qdisk"
}

# give_disks PROGRAM: write the configuration of the next guest, which boots from this image. Each
# guest
# needs a new loop device, because the toolstack's block script detaches it after a guest and may reuse
# it for another image.
give_disks() {
  loop=$(losetup -b 4096 -f --show "$blocks")
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=xvde,access=rw,target=$1" \
    disk="format=raw,vdev=xvdf,access=rw,target=$big" \
    disk="format=raw,vdev=xvdg,access=rw,target=$loop" \
    disk="format=raw,vdev=xvdh,access=rw,backendtype=qdisk,target=$qdisk"
}
