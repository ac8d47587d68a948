# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about the hand-over of disks to an operating system. Sourced after lib.sh.

# The file in which the program's lines are. In a PVH guest, which has no serial port, it is debug.
own_log=serial

# own_drivers NAME MODE PARAMETERS [VM_CONFIG ARGUMENT]...: run the guest program own_drivers with a
# disk on each backend and the firmware in this mode; its output goes to OUT/NAME.
own_drivers() {
  local name=$1 mode=$2 parameters=$3 program started=$SECONDS
  shift 3
  program=$(image own_drivers)
  printf '%s' "$parameters" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  truncate -s 4M "$WORK/data.img"
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=${boot_vdev:-xvde},access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/data.img" "$@"
  vm_run -o "$OUT/$name" -l 120 -u '^DONE ' -p "$(wish "$mode")" "$WORK/vm.cfg"
  note "$name ($((SECONDS - started)) s): $(grep -a '^left over' "$OUT/$name/$own_log"), $(last_line "$OUT/$name/$own_log")"
}

# expect_takeover NAME PORTS: that guest found its disks as the toolstack has made them, and took
# them over; PORTS event channels of the firmware were left.
expect_takeover() {
  expect_line "$OUT/$1/$own_log" '^DONE passed=[1-9][0-9]* failed=0' \
    "$1: $(grep -am1 ^FAIL "$OUT/$1/$own_log" || last_line "$OUT/$1/$own_log")"
  expect_line "$OUT/$1/$own_log" "^left over: grants=0 ports=$2 keys=0" \
    "$1: expected $2 ports to be left: $(grep -am1 '^left over' "$OUT/$1/$own_log")"
}

# expect_no_takeover NAME: that guest found its disks open, and left them alone.
expect_no_takeover() {
  expect_line "$OUT/$1/$own_log" '^FAIL .*ignored, because its frontend is Connected and its backend Connected' \
    "$1: expected disks that are open: $(last_line "$OUT/$1/$own_log")"
  expect_no_line "$OUT/$1/$own_log" '^DONE .* failed=0'
}
