#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests go on when the daemon is killed or stopped, at every point, and it leaves nothing behind
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# Long enough for the steps below while a guest waits.
start_hook --limit 50
note "killed before the claim, after it, and after the answer"
hook_guest plain "first=read load"
await 10 "plain is not announced" is_announced plain
kill_worker
xl unpause "$(id_of plain)"
await_claimed plain
kill_worker
is_claimed plain || fail "the claim was lost with the worker"
expect_line "$OUT/hook.log" "domain $(id_of plain): taken over"
press plain
await_line plain FIRST
expect_handed_over plain
kill_worker
expect_done plain
end_guest plain

note "killed while an access waits"
slow_guest slow "first=write"
kill_worker
expect_waiting slow
killall -CONT hostile-backend
await_line slow FIRST
expect_handed_over slow
expect_same "state of the slow disk" 1 "$(xenstore-read "/local/domain/$(id_of slow)/device/vbd/51808/state")"
expect_done slow
end_slow_guest slow

note "killed for good: released by hand"
slow_guest orphan "first=read"
kill_hook
expect_waiting orphan "no daemon was running"
killall -CONT hostile-backend
expect_waiting orphan "no daemon was running"
/payload/bin/xenpv-hookd --release --verbose --xl "$(command -v xl)" >> "$OUT/release.log" 2>&1 || fail "--release failed"
await_line orphan FIRST
expect_handed_over orphan
expect_no_trace
expect_done orphan
end_slow_guest orphan

note "stopped while an access waits, and while none does"
start_hook --limit 50
slow_guest served "first=read"
run_guest free "first=read"
await_claimed free
hook_asked=${hook_pid:-none}
kill "$hook_asked"
expect_waiting served
kill -0 "$hook_asked" || fail "the daemon ended while a guest waited for it"
killall -CONT hostile-backend
expect_hook_ended
expect_no_trace
await_line served FIRST
expect_handed_over served
expect_done served
# The daemon has closed the disks of the other guest, too. Without a daemon an access does not wait.
expect_handed_over free
press free
await_line free FIRST
expect_done free
end_slow_guest served
end_guest free
