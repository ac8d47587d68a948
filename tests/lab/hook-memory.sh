#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that gives memory back all the time goes on when the daemon is stopped, killed or replaced
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# Each time the guest gives memory back, its processor waits for all device models, and so for the
# daemon. xenstored answers slowly: between two steps of the daemon the guest runs.
turns=$([[ $FULL == 1 ]] && echo 12 || echo 4)

lines_of() { grep -ac '^R' "$OUT/$1/serial" || true; }
has_lines() { [[ $(lines_of "$1") -ge $2 ]]; }

expect_running() {
  local before
  before=$(lines_of "$1")
  await 30 "$1 hangs" has_lines "$1" $((before + 3))
}

exec {never}<> <(:)
pause_s() { read -rt "$1" -u "$never" || true; }

slow_down_xenstored() {
  local store
  store=$(pidof oxenstored || pidof xenstored)
  # shellcheck disable=SC2064 # this process, now
  trap "kill -CONT $store; exit" TERM
  while true; do
    kill -STOP "$store"
    pause_s 0.03
    kill -CONT "$store"
    pause_s 0.002
  done
}

# while_slow COMMAND...: run it while xenstored is slow.
while_slow() {
  slow_down_xenstored &
  local slow=$!
  "$@"
  kill "$slow"
  wait "$slow" || true
}

# claimed_guest NAME: a guest that gives memory back, and whose ports are claimed.
claimed_guest() {
  guest_program=remap run_guest "$1" ""
  await_claimed "$1"
  expect_running "$1"
}

# expect_end NAME: the program ends without a failed check.
expect_end() {
  press "$1"
  await_line "$1" DONE
  expect_line "$OUT/$1/serial" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$OUT/$1/serial" || true)"
  end_guest "$1"
}

release() { /payload/bin/xenpv-hookd --release >> "$OUT/release.log" 2>&1; }

for ((turn = 1; turn <= turns; turn++)); do
  start_hook
  claimed_guest "stop$turn"
  while_slow end_hook
  expect_running "stop$turn"
  expect_handed_over "stop$turn"
  expect_end "stop$turn"
done
note "stopped $turns times"

start_hook
claimed_guest killed
kill_worker
expect_running killed
kill_hook
start_hook
expect_running killed
kill_hook
while_slow release || fail "--release failed"
expect_running killed
expect_handed_over killed
expect_end killed
expect_no_trace
