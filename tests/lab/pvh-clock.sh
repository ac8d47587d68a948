#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PVH guest has dom0's time, also with an offset; it sets its own, counts ticks with it, and the alarm calls int 4Ah
# set: full
. /payload/tests/lib.sh

# xl knows this zone by its rule alone: five and a half hours east.
ZONE=LAB-5:30
LOCAL_S=19800
OFFSET_S=$((3 * 86400 + 100))

# The guest prints its time, and this script dom0's when it sees that line. Both take a while in the
# emulator.
LATE_S=10

# watch_now FILE: write dom0's time to FILE when a guest prints its own.
watch_now() {
  tail -n 0 -F /var/log/xen/hypervisor.log 2> /dev/null | while read -r line; do
    [[ $line != *" NOW "* ]] || date -u +%s >> "$1"
  done
}

# expect_time NAME SECONDS: the time that the guest has printed is dom0's and so many seconds more.
expect_time() {
  local dir=$OUT/$1 date seconds guest dom0
  read -r _ date seconds < <(grep -am1 '^NOW ' "$dir/debug")
  guest=$(($(date -u -d "${date}0000" +%s) + seconds - $2))
  dom0=$(head -n 1 "$dir/dom0")
  note "$1: the guest printed $date and second $seconds, $((dom0 - guest)) s before dom0 saw it"
  ((guest <= dom0 + 1 && guest >= dom0 - LATE_S)) ||
    fail "$1: the guest has the time $guest, and dom0 has $dom0"
}

# run_clock NAME PARAMETERS SECONDS [VM_CONFIG ARGUMENT]...
run_clock() {
  local name=$1 parameters=$2 more=$3 program
  shift 3
  mkdir -p "$OUT/$name"
  program=$(image pvh_clock)
  printf '%s' "$parameters" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" type=pvh memory=40 disk="format=raw,vdev=xvda,access=rw,target=$program" "$@"
  set -m
  watch_now "$OUT/$name/dom0" > /dev/null 2>&1 &
  watcher=$!
  set +m
  trap 'kill -- "-$watcher"' EXIT
  TZ=$ZONE vm_run -l 300 -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
  kill -- "-$watcher"
  trap - EXIT
  grep -aE '^(ticks|alarm)' "$OUT/$name/debug" || true
  expect_line "$OUT/$name/debug" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 ^FAIL "$OUT/$name/debug" || true)"
  expect_time "$name" "$more"
}

run_clock all '' 0
# What the guest before has set is not for this one.
run_clock offset only-read "$OFFSET_S" rtc_timeoffset="$OFFSET_S"
run_clock local only-read "$LOCAL_S" localtime=1
