#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: PVH guests that the daemon attends to: saved and destroyed while they wait, a daemon that is stopped, restarted or killed, a live update of xenstored
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# shellcheck disable=SC2034 # vm_config reads it
default_type=pvh

# open_guest NAME: a guest with open disks, which waits for a key before its system's first access.
open_guest() {
  run_guest "$1" 'first=read magic=none'
  await_claimed "$1"
}

# expect_system NAME: its disks are closed, and its system goes on.
expect_system() {
  expect_handed_over "$1"
  press "$1"
  await_line "$1" FIRST
  expect_done "$1"
  end_guest "$1"
}

# The lab is slow: a live update may take as long as the usual limit.
start_hook --limit 50
note "saved while it waits: xl waits for the daemon"
slow_guest waits 'first=read magic=none'
old=$(id_of waits)
xl save "$old" "$WORK/state" > "$OUT/waits/save.log" 2>&1 &
saving=$!
sleep 2
kill -0 "$saving" || fail "the guest was saved in the middle of its access"
killall -CONT hostile-backend
wait "$saving" || fail "xl save failed: $(last_line "$OUT/waits/save.log")"
expect_line "$OUT/hook.log" "domain $old: handed over: trigger=0x10/read disks=3 closed=3"
xl restore "$WORK/state" > "$OUT/waits/restore.log" 2>&1 || fail "xl restore failed: $(last_line "$OUT/waits/restore.log")"
rm "$WORK/state"
find_guest waits
[[ $(id_of waits) != "$old" ]] || fail "the restored domain has its old number"
follow_output waits
await_line waits FIRST
expect_handed_over waits
expect_done waits
end_slow_guest waits

note "destroyed while it waits"
slow_guest dies 'first=write magic=none'
end_guest dies
await 20 "the daemon keeps a record of a domain that is gone" is_released dies
killall -9 hostile-backend

note "xenstored is updated while its disks are open"
update_before_access 'first=read load magic=none'

note "the daemon is stopped, and started again"
open_guest restarted
end_hook
start_hook
await 5 "restarted is not attended to" is_announced restarted
expect_system restarted

note "the daemon is killed; its disks are released"
open_guest released
kill_hook
/payload/bin/xenpv-hookd --release >> "$OUT/release.log" 2>&1 || fail "--release failed"
expect_system released

start_hook
note "the worker is killed; its parent starts another one"
open_guest survives
kill_worker
press survives
await_line survives FIRST
expect_handed_over survives
expect_done survives
expect_line "$OUT/hook.log" "domain $(id_of survives): handed over: trigger=0x10/read disks=2 closed=2"
end_guest survives
stop_hook
expect_no_trace
