#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: calls from v86 mode reach PV disks through a memory manager with VCPI, also if it has moved pages
# set: full
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# play NAME MODE PARAMETERS VDEV VDEV: run the program; check each transfer, and the disks at the end.
play() {
  local name=$1 started=$SECONDS
  program_image vcpi "$3" "$WORK/a.before"
  data_image "$WORK/b.before"
  make_media file "$WORK/a.before" "$WORK/b.before"
  # shellcheck disable=SC2154 # make_media sets them
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$4,access=rw,target=$first" \
    disk="format=raw,vdev=$5,access=rw,target=$second"
  vm_run -a 1 -l 600 -o "$OUT/$name" -u '^DONE ' -p "$(wish "$2")" "$WORK/vm.cfg"
  sync
  read_medium file "$first" "$WORK/a.after"
  read_medium file "$second" "$WORK/b.after"
  check_sequence "$name" || fail "$name: $(grep -am1 '^FAIL' "$OUT/$name/serial" || head -n 1 "$OUT/$name/compared")"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' "$name: $(grep -am1 '^FAIL' "$OUT/$name/serial")"
  expect_line "$OUT/$name/serial" '^VCPI presence=1 interface=1 switches=1 returns=1 others=0' "$name: the calls of int 67h"
  expect_line "$OUT/$name/serial" '^NESTED status=aa' "$name: an interrupt handler calls int13"
  expect_line "$OUT/$name/serial" '^WAITS .* ticks=[1-9]' "$name: no interrupts while int13 waits"
  expect_same "$name: lines of VCPI" 1 "$(grep -c 'virtual 8086 mode: through VCPI' "$OUT/$name/debug")"
  note "$name ($((SECONDS - started)) s): $(last_line "$OUT/$name/serial")"
}

play alone strict '' xvde xvdf
for reason in 'no memory manager with VCPI' 'the memory manager refuses VCPI' 'the memory manager has remapped the BIOS'; do
  expect_same "$reason" 1 "$(grep -c "virtual 8086 mode: $reason" "$OUT/alone/debug")"
done

play twin strict twin hda hdb
expect_served twin hda hdb
expect_no_line "$OUT/twin/debug" 'served by the emulated disk from now on'
expect_no_line "$OUT/twin/debug" 'virtual 8086 mode: [^t]'
test_of_check twin
