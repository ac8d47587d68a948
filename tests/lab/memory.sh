#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: e820 is that of stock SeaBIOS except for what we reserve, and all RAM in it can be read and written
. /payload/tests/lib.sh

memory_mib=160
# The most memory that two disks may cost: the cache, the bounce memory of all disks, rings and
# state; the console: the text memory at B8000h, the view with its stack; what VCPI needs; and the
# stack on which ticks close the disks.
limit_kib=$((3072 + 960 + 64 + 32 + 24 + 8 + 8))

data=$WORK/data.img
head -c $((4 * 1024 * 1024)) /dev/urandom > "$data"
crc=$(/payload/bin/sector-crc32 "$data" 100 16)

# try NAME CONFIG: run the program under one BIOS, and check its own results.
try() {
  vm_run -o "$OUT/$1" -l 300 -u '^DONE ' "$2"
  sed "/^FAIL/!d; s/^/$1: /" "$OUT/$1/serial"
  expect_line "$OUT/$1/serial" '^DONE passed=[1-9][0-9]* failed=0' \
    "$1: the guest printed: $(last_line "$OUT/$1/serial")"
  expect_line "$OUT/$1/serial" "^disk $crc" "$1: the disk returns other data than its image has"
}

program=$(image memory)
vm_config "$WORK/vm.cfg" memory=$memory_mib \
  disk="format=raw,vdev=xvde,access=rw,target=$program" \
  disk="format=raw,vdev=xvdf,access=rw,target=$data"
try pv "$WORK/vm.cfg"

printf 'stock' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
vm_config "$WORK/stock.cfg" memory=$memory_mib bios="$STOCK_BIOS" \
  disk="format=raw,vdev=hda,access=rw,target=$program" \
  disk="format=raw,vdev=hdb,access=rw,target=$data"
try stock "$WORK/stock.cfg"

/payload/bin/compare-e820 "$OUT/stock/serial" "$OUT/pv/serial" "$limit_kib" ||
  fail "e820 differs by more than what we reserve"
