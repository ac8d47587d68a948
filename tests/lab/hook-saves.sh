#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests are saved and restored while they wait for the daemon, and between hosts with and without a daemon
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# save NAME, restore NAME: its output goes to a new file, since QEMU empties the old one.
save() {
  xl save "$(id_of "$1")" "$WORK/$1.state" > "$OUT/$1/save.log" 2>&1 ||
    fail "$1: xl save failed: $(last_line "$OUT/$1/save.log")"
}
restore() {
  local old
  old=$(id_of "$1")
  mv "$OUT/$1/serial" "$OUT/$1/serial.$old"
  xl restore "$WORK/$1.state" > "$OUT/$1/restore.log" 2>&1 ||
    fail "$1: xl restore failed: $(last_line "$OUT/$1/restore.log")"
  rm "$WORK/$1.state"
  find_guest "$1"
  [[ $(id_of "$1") != "$old" ]] || fail "$1: the restored domain has its old number"
}
has_printed_ever() { cat "$OUT/$1/serial"* | grep -aq "^$2"; }

start_hook
note "saved while it waits: xl waits for the daemon"
slow_guest waits "first=read"
save waits &
saving=$!
sleep 2
kill -0 "$saving" || fail "the guest was saved in the middle of its access"
killall -CONT hostile-backend
wait "$saving" || fail "not saved"
expect_line "$OUT/hook.log" "domain $(id_of waits): handed over: trigger=0x10/read disks=3 closed=3"
restore waits
await 60 "the restored guest does not go on" has_printed_ever waits FIRST
expect_handed_over waits
expect_done waits
end_slow_guest waits

note "saved with a claim, restored where no daemon runs"
run_guest leaves "first=write load"
await_claimed leaves
save leaves
end_hook
restore leaves
press leaves
await_line leaves FIRST
# Nothing closes the disks that the firmware has opened again in the last call: it was strict.
expect_handed_over leaves
expect_done leaves
end_guest leaves

note "saved with a claim, restored with a daemon: it closes the disk that the last call has opened"
start_hook
run_guest returns "first=read load"
await_claimed returns
save returns
restore returns
await 10 "returns is not attended to" is_announced returns
press returns
await_line returns FIRST
expect_line "$OUT/hook.log" "domain $(id_of returns): handed over: trigger=0x10/read disks=1 closed=1"
expect_handed_over returns
expect_done returns
end_guest returns
end_hook

note "saved where no daemon runs, restored with one"
run_guest comes "first=read load"
await_line comes READY
save comes
start_hook
restore comes
await 10 "comes is not attended to" is_announced comes
press comes
await_line comes FIRST
expect_handed_over comes
expect_done comes
end_guest comes

note "a checkpoint with a claim: the same domain goes on"
run_guest stays "first=read"
await_claimed stays
xl save -c "$(id_of stays)" "$WORK/stays.state" > "$OUT/stays/save.log" 2>&1 || fail "xl save -c failed"
is_claimed stays || fail "the claim is gone"
press stays
await_line stays FIRST
expect_handed_over stays
expect_done stays
end_guest stays
stop_hook
expect_no_trace
