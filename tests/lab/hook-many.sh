#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the disks of eight guests at once, one with four processors, are closed at the first access
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

start_hook
run_guest read1 "first=read"
run_guest read2 "first=read load"
run_guest four "first=read cpus=4" vcpus=4
run_guest byte "first=byte"
run_guest words "first=string-read"
run_guest masks "first=string-write"
run_guest acpi "first=acpi"
run_guest write "first=write"
names=(read1 read2 four byte words masks acpi write)

for name in "${names[@]}"; do await_claimed "$name"; done
for name in "${names[@]}"; do
  is_announced "$name" || fail "$name is not announced"
  press "$name"
done
for name in "${names[@]}"; do await_line "$name" FIRST; done
expect_handed_over "${names[@]}"
expect_done "${names[@]}"
expect_same "hand-overs in the log" "${#names[@]}" \
  "$(grep -c 'handed over: trigger=[^ ]* disks=2 closed=2 ' "$OUT/hook.log")"

# The daemon forgets guests that are gone.
for name in "${names[@]}"; do end_guest "$name"; done
forgotten() { [[ $(grep -c ': gone' "$OUT/hook.log") == "${#names[@]}" ]]; }
await 20 "the daemon still attends to domains that are gone" forgotten
stop_hook
expect_no_trace
