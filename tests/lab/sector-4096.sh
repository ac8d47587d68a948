#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: GRUB reads a disk with blocks of 4096 bytes whose partition table counts in 512 bytes, and with the option sector=native one that counts in 4096
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

partition_bytes=$((24 * 1024 * 1024)) # of the GRUB test disk, from 1 MiB on
block_bytes=4096
loop=
trap '[[ -z $loop ]] || losetup -d "$loop" 2> /dev/null || true' EXIT
file_sum=$(sed -n 's/ random.bin$//p' /payload/guests/grub-disk.sums)

le32() {
  # shellcheck disable=SC2059 # the bytes are in the format
  printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 24)))"
}

# make_second SECTOR_BYTES: a device with blocks of 4096 bytes, whose partition table counts in
# sectors of this size. Its partition is that of the GRUB test disk; one that counts in 4096 is beyond
# what GRUB reaches by CHS. The toolstack's block script detaches the device after the guest.
make_second() {
  local image=$WORK/second.img start_mib=1 partition_start
  [[ $1 == 512 ]] || start_mib=8192
  partition_start=$((start_mib * 1024 * 1024))
  rm -f "$image"
  truncate -s $((partition_start + partition_bytes)) "$image"
  dd if=/payload/guests/grub-disk.img of="$image" bs=1M skip=1 seek=$start_mib count=24 conv=notrunc status=none
  { printf '\x80\xfe\xff\xff\x83\xfe\xff\xff' && le32 $((partition_start / $1)) && le32 $((partition_bytes / $1)); } |
    dd of="$image" bs=1 seek=446 conv=notrunc status=none
  printf '\x55\xaa' | dd of="$image" bs=1 seek=510 conv=notrunc status=none
  loop=$(losetup -b "$block_bytes" -f --show "$image")
}

# grub NAME SECTOR_BYTES OPTION: boot GRUB from a disk of 512 bytes a sector, beside the second disk.
grub() {
  make_second "$2"
  disk=$(image grub-disk)
  grub_disk_settings "$disk" second=yes
  vm_config "$WORK/vm.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk" \
    disk="format=raw,vdev=xvdf,access=rw,target=$loop"
  # shellcheck disable=SC2016 # DOMID is set where it runs
  vm_run -l 200 -o "$OUT/$1" -p "$(wish strict)"'; xenstore-write /local/domain/$DOMID/platform/xenpv-sector '"$3" \
    -u 'grub: second disk: end' "$WORK/vm.cfg"
  expect_line "$OUT/$1/debug" 'xvdf: connected in .*blocks larger than a sector' "$1: the disk has no large blocks"
  expect_line "$OUT/$1/serial" "$file_sum +/random.bin" "$1: GRUB cannot read the disk that it is on"
}

# second NAME: whether GRUB has read the file on the second disk: yes or no.
second() {
  sed -n '/grub: second disk/,$p' "$OUT/$1/serial" > "$OUT/$1/second"
  if grep -aq "$file_sum " "$OUT/$1/second"; then echo yes; else echo no; fi
}

grub as-512 512 512
expect_same "a table that counts in 512, shown as 512: GRUB reads it" yes "$(second as-512)"
expect_no_line "$OUT/as-512/debug" 'its drive has sectors of'
grub native 4096 native
expect_line "$OUT/native/debug" 'xvdf: its drive has sectors of 4096 bytes'
expect_no_line "$OUT/native/debug" 'xvde: its drive has sectors of'
expect_same "a table that counts in 4096, shown as 4096: GRUB reads it" yes "$(second native)"
# The wrong choice.
grub wrong-512 4096 512
expect_same "a table that counts in 4096, shown as 512: GRUB reads it" no "$(second wrong-512)"
grub wrong-native 512 native
expect_same "a table that counts in 512, shown as 4096: GRUB reads it" no "$(second wrong-native)"
