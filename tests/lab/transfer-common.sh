# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The disks of the scenarios that transfer in every form. Sourced after lib.sh.

# What another scenario may choose (tests/lab/pvh-common.sh): the forms of calls, and the backend of
# the large disk.
# shellcheck disable=SC2034 # the scenarios use it
forms=${FORMS:-CcLlMFH}
big_backend=${BIG_BACKEND:-phy}
# In an HVM guest the first four would be emulated as well.
if [[ $GUEST_TYPE == pvh ]]; then vdevs=(xvd{a..d}); else vdevs=(xvd{e..h}); fi
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

# choose_forms PROGRAM: tell the program on this image which forms to use.
choose_forms() { printf 'forms=%s' "$forms" | dd of="$1" bs=512 seek=1 conv=notrunc status=none; }

# give_disks PROGRAM: write the configuration of the next guest, which boots from this image. Each
# guest needs a new loop device, because the toolstack's block script detaches it after a guest
# and may reuse it for another image.
give_disks() {
  loop=$(losetup -b 4096 -f --show "$blocks")
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=${vdevs[0]},access=rw,target=$1" \
    disk="format=raw,vdev=${vdevs[1]},access=rw,backendtype=$big_backend,target=$big" \
    disk="format=raw,vdev=${vdevs[2]},access=rw,target=$loop" \
    disk="format=raw,vdev=${vdevs[3]},access=rw,backendtype=qdisk,target=$qdisk"
}
