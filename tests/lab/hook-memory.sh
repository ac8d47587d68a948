#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that gives memory back all the time goes on when the daemon is stopped, killed or replaced
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh

# Each time the guest gives memory back, its processor waits for all device models, and so for the
# daemon. xenstored answers slowly: between two steps of the daemon the guest runs.
turns=$([[ $FULL == 1 ]] && echo 12 || echo 2)

expect_running() {
  local before
  before=$(lines_of "$1" R)
  await 30 "$1 hangs" has_lines "$1" R $((before + 3))
}

exec {never}<> <(:)
pause_s() { read -rt "$1" -u "$never" || true; }

slow_down_xenstored() {
  local store
  store=$(store_pid)
  # shellcheck disable=SC2064 # this process, now
  trap "kill -CONT $store; exit" TERM
  # Also end if the scenario fails, so that no later one has a slow xenstored.
  while kill -0 "$$" 2> /dev/null; do
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
  expect_done "$1"
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
