#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: neither one guest with a dead backend nor a xenstored that stands still keeps other guests waiting
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

note "eight guests, one of which has a dead backend"
start_hook --limit 50
names=(one two three four five six seven)
for name in "${names[@]}"; do run_guest "$name" "first=write"; done
for name in "${names[@]}"; do await_claimed "$name"; done
slow_guest slow "first=write"
for name in "${names[@]}"; do press "$name"; done
for name in "${names[@]}"; do await_line "$name" FIRST; done
! has_printed slow FIRST || fail "the slow guest did not wait any more: nothing is shown"
expect_handed_over "${names[@]}"
sed -nE 's/.*(handed over: .*)/\1/p' "$OUT/hook.log"
killall -CONT hostile-backend
await_line slow FIRST
expect_done "${names[@]}"
for name in "${names[@]}"; do end_guest "$name"; done
end_slow_guest slow
stop_hook
expect_no_trace

# keys_pipe_guest NAME PARAMETERS: a guest whose monitor is a pipe, for keys while xl waits for xenstored.
keys_pipe_guest() {
  mkfifo "$WORK/$1.in" "$WORK/$1.out"
  run_guest "$1" "$2" device_model_args_hvm="[\"-chardev\", \"pipe,id=keys,path=$WORK/$1\", \"-mon\", \"chardev=keys\"]"
}

press_by_pipe() { echo "sendkey a" > "$WORK/$1.in"; }

note "xenstored stands still"
start_hook --limit 5
keys_pipe_guest waits "first=write"
run_guest later "first=read"
await_claimed waits
await_claimed later
store=$(store_pid)
kill -STOP "$store"
press_by_pipe waits
await 60 "the guest waits without a limit" has_printed waits FIRST
expect_line "/proc/$store/status" '^State:.T'
expect_line "$OUT/hook.log" "domain $(id_of waits): its disks may be open: xenstored did not answer in time"
kill -CONT "$store"

# The daemon is as before: it still claims the other guest, and attends to new ones.
is_claimed later || fail "the claim is gone"
press later
await_line later FIRST
expect_handed_over later
expect_done later
run_guest new "first=write"
await_claimed new
press new
await_line new FIRST
expect_handed_over new
expect_done waits new
end_guest waits
end_guest later
end_guest new
stop_hook
expect_no_trace
