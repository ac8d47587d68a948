# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which a guest that reads and writes by int13 is moved. Sourced after save-common.sh.

# The disk is larger than the firmware's cache, so that most reads go to the backend. Each request
# takes a while, so that one is in flight when the guest is stopped. null_blk moves the data of a
# read at its beginning.
disk_mib=12
qdisk_mib=4
request_ns=100000000

modprobe null_blk nr_devices=1 gb=1 bs=512 memory_backed=1 irqmode=2 completion_nsec=$request_ns
trap 'stop_hook; rmmod null_blk 2> /dev/null || true' EXIT
disk=/dev/nullb0 qdisk=$WORK/qdisk.img
program=$(image moves)
printf 'areas=%u ' $((disk_mib * 256)) | dd of="$program" bs=512 seek=1 conv=notrunc status=none

# play MODE MOVES: a guest whose program reads and writes without a pause is moved again and again. With saves=N each
# Nth move is a save and a restore.
saves=0
play() {
  local mode=$1 moves=$2 turn before first=$SECONDS
  /payload/bin/pattern-disk fill "$WORK/disk.before" $disk_mib
  /payload/bin/pattern-disk fill "$WORK/qdisk.before" $qdisk_mib
  dd if="$WORK/disk.before" of=$disk bs=1M oflag=direct status=none
  cp "$WORK/qdisk.before" "$qdisk"
  start_moving_guest "$mode" "$mode" \
    disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,target=$disk" \
    disk="format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$qdisk"
  await 90 "$mode: no transfers" has_lines "$mode" M 2
  for ((turn = 1; turn <= moves; turn++)); do
    if ((saves && turn % saves == 0)); then save_and_restore "$mode" "$turn"; else migrate "$mode" "$turn"; fi
    before=$(lines_of "$mode" M)
    await 90 "$mode: does not go on after move $turn" has_lines "$mode" M $((before + 2))
    note "$mode: $turn moves in $((SECONDS - first)) s, $(lines_of "$mode" FAIL) faults"
  done
  if is_pvh; then press_on_console "$mode"; else press "$mode"; fi
  await 90 "$mode: does not end" is_done "$mode"
  end_moving_guest "$mode"
  note "$mode: $(grep -a ^MOVES "$OUT/$mode/all" | tail -n 1 | tr -d '\r')"
  dd if=$disk of="$WORK/disk.after" bs=1M count=$disk_mib iflag=direct status=none
  /payload/bin/check-sequence "$OUT/$mode/all" "81=$WORK/disk.before:$WORK/disk.after" "82=$WORK/qdisk.before:$qdisk" \
    > "$OUT/$mode/compared" || fail "$mode: $(grep -am1 ^FAIL "$OUT/$mode/all" || head -n 1 "$OUT/$mode/compared")"
  expect_content "$mode"
  expect_no_line "$OUT/$mode/debug" 'xenpv: .*(not used|stays in state|closed for good)'
}
