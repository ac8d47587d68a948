#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest in hook mode is migrated and restored: it is in hook mode again once a daemon attends to it, and strict until then
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh

data_mib=32       # what the program reads
data_number=51792 # xvdf in xenstore
data=$WORK/data.img
program=$(image downtime)
printf 'idle keys=5 ' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
/payload/bin/pattern-disk fill "$data" $data_mib || fail "no data"

# expect_calls WHAT EVENTS: the guest makes two calls that need its disk. Of the key that a connection writes and
# removes there are that many events, and one when the watch begins.
expect_calls() {
  local events=$OUT/moves/events before watch
  before=$(lines_of moves 'R#')
  xenstore-watch "/local/domain/$(id_of moves)/device/vbd/$data_number/ring-ref" > "$events" 2>&1 &
  watch=$!
  await 10 "$1: no watch" test -s "$events"
  press moves
  await 90 "$1: no calls" has_lines moves 'R#' $((before + 2))
  await 10 "$1: $(wc -l < "$events") events" has_events "$events" $((1 + $2))
  sleep 0.5
  kill $watch
  expect_same "$1: events of the disk's connections" $((1 + $2)) "$(wc -l < "$events")"
}

has_events() { [[ $(wc -l < "$1") -ge $2 ]]; }
is_open() { key_is "$(id_of moves)/device/vbd/$data_number/state" 4; }

start_hook
start_moving_guest moves hook disk="format=raw,vdev=xvde,access=rw,target=$program" \
  disk="format=raw,vdev=xvdf,access=rw,target=$data"
await 90 "the guest does not start ($(last_line "$OUT/moves/serial"))" has_lines moves '#' 5
is_claimed moves || fail "not claimed at the start"

note "migrated to a host with a daemon: one connection, and none after it"
migrate moves 1
await 10 "not attended to after the migration" is_announced moves
! is_claimed moves || fail "claimed before the firmware asks for it"
expect_calls "after the migration" 1
is_claimed moves || fail "not claimed after the migration"
is_open || fail "the disk is not open"
expect_calls "once more" 0

note "restored where no daemon runs: each call connects"
xl save "$(id_of moves)" "$WORK/state" > "$OUT/moves/save" 2>&1 || fail "xl save failed"
end_part moves 2
end_hook
old=$(id_of moves)
xl restore "$WORK/state" > "$OUT/moves/restore" 2>&1 || fail "xl restore failed"
expect_new_domain moves "$old"
expect_calls "without a daemon" 4
! is_open || fail "the disk is open without a claim"

note "a daemon starts"
start_hook
await 10 "not attended to by the new daemon" is_announced moves
expect_calls "with the new daemon" 1
is_claimed moves || fail "not claimed by the new daemon"
is_open || fail "the disk is not open"

press moves
await 90 "the guest does not end" is_done moves
end_moving_guest moves
expect_content moves
expect_same "moves in the log" 2 "$(grep -c 'hand-over: the guest was moved' "$OUT/moves/debug" || true)"
expect_same "returns to hook mode in the log" 2 "$(grep -c 'hand-over: hook again' "$OUT/moves/debug" || true)"
expect_no_line "$OUT/moves/debug" 'hand-over: strict from now on'
stop_hook
expect_no_trace
