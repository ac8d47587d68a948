#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a DOS-like program copies a file on a FAT volume, and a memory manager starts in the middle
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

file_kib=96
first='' second='' # set by make_media
start_memory_disks
head -c $((file_kib * 1024)) /dev/urandom > "$WORK/source"

# play NAME KIND CALLS [VM_CONFIG ARGUMENT]...: the copy is correct, and no other file has changed.
play() {
  local name=$1 kind=$2 calls=$3
  shift 3
  program_image dos "calls=$calls " "$WORK/a"
  data_image "$WORK/b"
  /payload/bin/fat-volume make "$WORK/a" "$WORK/source"
  make_media "$kind" "$WORK/a" "$WORK/b"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvda,access=rw,target=$first" \
    disk="format=raw,vdev=xvdb,access=rw,target=$second" "$@"
  vm_run -a 1 -l 300 -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
  sync
  read_medium "$kind" "$first" "$WORK/after"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 '^FAIL' "$OUT/$name/serial" || last_line "$OUT/$name/serial")"
  /payload/bin/fat-volume check "$WORK/after" "$WORK/source" 2 || fail "$name: the volume is wrong"
}

# The file is read, and half of the copy is written, before the memory manager starts.
real=$(printf 'b%.0s' {1..70})
play managed memory "${real}vbvbvvbbvb"
expect_served managed xvda xvdb
expect_line "$OUT/managed/debug" 'drive 80: served by the emulated disk from now on: int13 in protected mode'
if [[ $FULL == 1 ]]; then
  play stock memory "${real}vbvbvvbbvb" bios="$STOCK_BIOS"
  play real memory b
  expect_no_line "$OUT/real/debug" 'served by the emulated disk from now on'
  play first file v
fi
