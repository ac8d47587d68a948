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

program=$(image moves)
printf 'areas=%u ' $((disk_mib * 256)) | dd of="$program" bs=512 seek=1 conv=notrunc status=none
null_blk="null_blk gb=1 bs=512 memory_backed=1 irqmode=2 completion_nsec=$request_ns"

# make_slow_disk: /dev/nullb0 of dom0.
make_slow_disk() {
  # shellcheck disable=SC2086 # the module and its parameters
  modprobe $null_blk nr_devices=1
  trap 'stop_hook; rmmod null_blk 2> /dev/null || true' EXIT
}

# fill_disks FILE QDISK-FILE: the content of the disks before the first move.
fill_disks() {
  /payload/bin/pattern-disk fill "$1" $disk_mib
  /payload/bin/pattern-disk fill "$2" $qdisk_mib
}

# after_move NAME: a scenario may define it.
after_move() { :; }

# play_moves NAME MODE MOVES XVDF XVDG: a guest whose program reads and writes these two disks without a pause is moved
# again and again. With saves=N each Nth move is a save and a restore.
saves=0
play_moves() {
  local name=$1 moves=$3 turn before first=$SECONDS
  start_moving_guest "$name" "$2" disk="format=raw,vdev=xvde,access=rw,target=$program" disk="$4" disk="$5"
  await 90 "$name: no transfers" has_lines "$name" M 2
  for ((turn = 1; turn <= moves; turn++)); do
    if ((saves && turn % saves == 0)); then save_and_restore "$name" "$turn"; else migrate "$name" "$turn"; fi
    after_move "$name"
    before=$(lines_of "$name" M)
    await 90 "$name: does not go on after move $turn" has_lines "$name" M $((before + 2))
    note "$name: $turn moves in $((SECONDS - first)) s, $(lines_of "$name" FAIL) faults"
  done
  if is_pvh; then press_on_console "$name"; else press "$name"; fi
  await 90 "$name: does not end" is_done "$name"
  end_moving_guest "$name"
  note "$name: $(grep -a ^MOVES "$OUT/$name/all" | tail -n 1 | tr -d '\r')"
}

# expect_bytes NAME BEFORE:AFTER QDISK-BEFORE:AFTER: each byte of both disks is accounted for.
expect_bytes() {
  /payload/bin/check-sequence "$OUT/$1/all" "81=$2" "82=$3" > "$OUT/$1/compared" ||
    fail "$1: $(grep -am1 ^FAIL "$OUT/$1/all" || head -n 1 "$OUT/$1/compared")"
  expect_content "$1"
  expect_no_line "$OUT/$1/debug" 'xenpv: .*(not used|stays in state|closed for good)'
}

# play MODE MOVES: the same with disks of dom0, and each byte is accounted for.
play() {
  local disk=/dev/nullb0 qdisk=$WORK/qdisk.img
  fill_disks "$WORK/disk.before" "$WORK/qdisk.before"
  dd if="$WORK/disk.before" of=$disk bs=1M oflag=direct status=none
  cp "$WORK/qdisk.before" "$qdisk"
  play_moves "$1" "$1" "$2" "format=raw,vdev=xvdf,access=rw,target=$disk" \
    "format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$qdisk"
  dd if=$disk of="$WORK/disk.after" bs=1M count=$disk_mib iflag=direct status=none
  expect_bytes "$1" "$WORK/disk.before:$WORK/disk.after" "$WORK/qdisk.before:$qdisk"
}
