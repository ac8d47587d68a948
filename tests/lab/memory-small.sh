#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: HVM guests of 16 MiB boot from PV disks and read them, in strict mode and in hook mode, where the daemon closes the disks
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

data=$WORK/data.img
head -c $((4 * 1024 * 1024)) /dev/urandom > "$data"
vm_config "$WORK/vm.cfg" memory=16 disk="format=raw,vdev=xvde,access=rw,target=$(image list)" \
  disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$data"
vm_run -o "$OUT/strict" -u '^DONE ' -p "$(wish strict)" "$WORK/vm.cfg"
expect_line "$OUT/strict/debug" 'xenpv: hand-over: strict '
expect_line "$OUT/strict/debug" '2 of 2 PV disks ready'
expect_line "$OUT/strict/serial" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/strict/serial" || true)"
dd if="$data" of="$WORK/sectors" bs=512 count=100 status=none
# The program fills its buffer of 128 sectors with zeros before.
truncate -s 64K "$WORK/sectors"
expect_line "$OUT/strict/serial" "^L 81 first sectors carry=0 ah=00 crc=$(/payload/bin/sector-crc32 "$WORK/sectors" 0 128)"

start_hook
run_guest hook 'first=read load' memory=16
await_claimed hook
press hook
await_line hook FIRST
expect_handed_over hook
expect_line "$OUT/hook.log" "domain $(id_of hook): handed over: trigger=0x10/read disks=2 closed=2"
expect_done hook
end_guest hook
stop_hook
expect_no_trace
