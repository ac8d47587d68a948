#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a claim that a new daemon cannot take over is kept until it can; at the limit the ports return to QEMU
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

record_of() { xenstore-read "/local/domain/0/xenpv-hookd/$(id_of "$1")"; }

# hold NAME: kill the worker. Before there is a new one, another process binds the event channels of
# the guest's ioreq server.
hold() {
  local server daemon=${hook_pid:-none}
  read -r server _ <<< "$(record_of "$1")"
  kill -STOP "$daemon"
  kill -9 "$(worker)"
  /payload/bin/ioreq-hold "$(id_of "$1")" "$server" > "$OUT/$1/hold" 2>&1 &
  holder=$!
  await 10 "the event channels are not bound: $(last_line "$OUT/$1/hold")" grep -q bound "$OUT/$1/hold"
  kill -CONT "$daemon"
  await 10 "the new worker has taken over" grep -q "domain $(id_of "$1"): cannot take over ioreq server $server" "$OUT/hook.log"
}

let_go() {
  kill -9 "$holder"
  wait "$holder" 2> /dev/null || true
}

note "in time"
start_hook --limit 50
run_guest kept "first=write"
await_claimed kept
hold kept
press kept
expect_waiting kept "no worker could answer it"
expect_same "record of kept" claimed "$(record_of kept | cut -d ' ' -f 2)"
is_claimed kept || fail "the claim is gone"
let_go
await_line kept FIRST
expect_handed_over kept
expect_done kept
end_guest kept
stop_hook

note "too late"
start_hook --limit 8
run_guest late "first=read"
run_guest untouched "first=read"
await_claimed late
await_claimed untouched
hold late
press late
expect_waiting late "no worker could answer it"
await 40 "the ports are not returned" grep -q "domain $(id_of late): I/O ports returned: " "$OUT/hook.log"
! has_printed late FIRST || fail "late went on without an answer"
! is_claimed late || fail "late is still claimed"
# Meanwhile others are served.
press untouched
await_line untouched FIRST
expect_handed_over untouched
# The processor that has waited is answered as soon as the server can be taken over.
let_go
await_line late FIRST
expect_handed_over late
expect_done late untouched
end_guest late
end_guest untouched
stop_hook
expect_no_trace
