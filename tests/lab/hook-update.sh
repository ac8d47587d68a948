#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: xenstored is replaced by a live update while the firmware transfers, while a guest waits, and before an access
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# The lab is slow: an update may take as long as the usual limit.
start_hook --limit 50
note "before an access"
update_before_access "first=read load"

note "while a guest waits"
slow_guest waits "first=write"
update_store
expect_waiting waits
killall -CONT hostile-backend
await_line waits FIRST
expect_handed_over waits
expect_done waits
end_slow_guest waits

note "while the firmware opens disks and reads: twelve updates"
guest_program=hammer hook_guest boots "first=read load"
xl unpause "$(id_of boots)"
for ((turn = 1; turn <= 12; turn++)); do update_store; done
await_claimed boots
press boots
await_line boots FIRST
expect_handed_over boots
expect_done boots
end_guest boots
expect_line "$OUT/hook.log" "domain $(id_of boots): handed over: trigger=0x10/read disks=2 closed=2"
stop_hook
expect_no_trace
expect_no_line "$OUT/hook.log" 'killed by signal|left alone|not closed|lost xenstore'
