#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: xenpv-hookd --status shows the claim, the disks and the last hand-over, with and without a daemon
# also: oxenstored xen-4.20
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

status() { /payload/bin/xenpv-hookd --status "$@"; }

# expect_status CODE [OPTION]...: --status exits with CODE. Its output goes to OUT/status.
expect_status() {
  local expected=$1 code=0
  shift
  status "$@" > "$OUT/status" 2>&1 || code=$?
  expect_same "exit status of --status $*" "$expected" "$code"
}

start_hook
run_guest shown "first=read"
await_claimed shown
expect_status 0 shown
expect_line "$OUT/status" "^domain $(id_of shown) \(shown\)$"
expect_line "$OUT/status" 'daemon: attends; has claimed the I/O ports$'
expect_line "$OUT/status" 'firmware: mode hook$'
expect_line "$OUT/status" '^  51776 +xvde +4 Connected +4 Connected +hook$'
expect_line "$OUT/status" '^  51792 +xvdf +4 Connected +4 Connected +hook$'

press shown
await_line shown FIRST
# The daemon destroys its ioreq server a moment after the answer.
is_idle() { status shown 2>&1 | grep -q 'waits for the firmware to open a disk in hook mode$'; }
await 10 "the hand-over does not end" is_idle
expect_status 0 "$(id_of shown)"
expect_line "$OUT/status" '^  51776 +xvde +1 Initialising +2 InitWait +-$'
expect_line "$OUT/status" 'last hand-over: 20[0-9-]* [0-9:]*, at a read of port 0x10$'
expect_line "$OUT/status" 'the guest waited [0-9]+ ms; 2 of 2 disks closed$'
expect_status 0 --json shown
expect_line "$OUT/status" '"trigger": "0x10/read", "disks": 2, "closed": 2, "not_closed": \[\]'
expect_status 3 none
expect_line "$OUT/status" 'there is no domain none$'
stop_hook
[[ ! -e /run/xenpv-hookd.socket ]] || fail "the daemon has left its socket"
expect_status 1
expect_line "$OUT/status" 'xenpv-hookd: no daemon runs$'
expect_line "$OUT/status" 'daemon: does not attend: no daemon runs$'
# Last: the domain of a program that is done soon ends.
expect_done shown
end_guest shown
expect_no_trace
