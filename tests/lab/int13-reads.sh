#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: reads of every size, alignment and form give what the image holds and touch nothing else
. /payload/tests/lib.sh

all_forms=CcLlMFH

# Sizes that are multiples of nothing. One small disk with blocks of 4 KiB, one served by QEMU.
program=$(image reads)
big=$WORK/big.img blocks=$WORK/blocks.img qdisk=$WORK/qdisk.img
head -c $((24 * 1024 * 1024 + 37 * 512)) /dev/urandom > "$big"
head -c $((3 * 1024 * 1024 + 5 * 4096)) /dev/urandom > "$blocks"
head -c $((3 * 1024 * 1024 + 3 * 512)) /dev/urandom > "$qdisk"
images=("81=$big" "82=$blocks" "83=$qdisk" "80=$program")
loop=
trap '[[ -z $loop ]] || losetup -d "$loop" 2> /dev/null || true' EXIT

# A device with blocks of 4 KiB. After a guest has run the toolstack's block script has detached it, and gives it to
# another image.
give_disks() {
  loop=$(losetup -b 4096 -f --show "$blocks")
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,target=$big" \
    disk="format=raw,vdev=xvdg,access=rw,target=$loop" \
    disk="format=raw,vdev=xvdh,access=rw,backendtype=qdisk,target=$qdisk"
}
play() {
  give_disks
  # Once: the next one would find the loop device detached.
  vm_run -a 1 -l "$2" -p "$(wish "$1")" -u '^DONE ' "$WORK/vm.cfg"
  grep -a '^FAIL' "$OUT/serial" || true
  /payload/bin/check-reads "$OUT/serial" "$all_forms" "${images[@]}" ||
    fail "$1: wrong or missing reads; the guest says: $(last_line "$OUT/serial")"
}
# Reads all over a disk, two thousand of them: in strict mode each is a connection.
[[ $FULL != 1 ]] || play strict 1500
play linger 600

# The comparison has to see one wrong byte.
old=$(dd if="$big" bs=1 skip=20000001 count=1 status=none | od -An -tu1)
# shellcheck disable=SC2059 # the byte is built in the format
printf "\\x$(printf %x $((old ^ 1)))" | dd of="$big" bs=1 seek=20000001 conv=notrunc status=none
status=0
/payload/bin/check-reads "$OUT/serial" "$all_forms" "${images[@]}" > "$OUT/self-test" || status=$?
expect_same 'status of check-reads with a changed image' 1 "$status"
expect_line "$OUT/self-test" '^wrong data: drive 81 '
