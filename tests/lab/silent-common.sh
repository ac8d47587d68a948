# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios with the largest number of disks that the firmware supports, of which all but
# the last have backends that do not work. Sourced after lib.sh.

good_vdev=xvdt
bad_vdevs() { echo xvd{e..s}; }

# number_of xvdX: the number of that disk.
number_of() {
  local letters=abcdefghijklmnopqrstuvwxyz before
  before=${letters%%"${1#xvd}"*}
  # Disks from the seventeenth on have another numbering.
  if ((${#before} < 16)); then echo $((202 << 8 | ${#before} << 4)); else echo $((1 << 28 | ${#before} << 8)); fi
}

# boot_good NAME COMMAND: boot the good disk in a guest to which COMMAND adds the bad ones.
boot_good() {
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$good_vdev,access=rw,target=$(image arrived)"
  vm_run -a 1 -l 120 -u '^DONE ' -o "$OUT/$1" -p "$2" "$WORK/vm.cfg"
  expect_line "$OUT/$1/$GUEST_LOG" '^ARRIVED from drive 80' "$1: the good disk did not boot"
}

# ready_ms NAME: how long the firmware waited for its disks, from its log; one of them is usable.
ready_ms() {
  local line
  line=$(grep -E '^xenpv: 1 of 16 PV disks ready in [0-9]+ ms' "$OUT/$1/debug") ||
    fail "$1: $(grep 'PV disks ready' "$OUT/$1/debug" || echo "the log does not say how many disks are ready")"
  line=${line#*ready in }
  echo "${line%% *}"
}
