#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that is reset in mid-call again and again boots each time, and nothing of its earlier domains is left in dom0
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

resets=3

# play NAME MODE EVENT...: each event resets the guest.
play() {
  local name=$1 mode=$2 turn first event running
  shift 2
  ledger_start "$name" "$mode"
  running=$(left_overs)
  first=$(id_of "$name")
  for ((turn = 1; turn <= resets; turn++)); do
    for event in "$@"; do
      "event_$event" "$name"
      ledger_goes_on "$name" 120
    done
  done
  # A domain's number is that of the domain before it and 1.
  expect_same "$name: number of the last domain" $((first + resets * $#)) "$(id_of "$name")"
  [[ $mode == strict ]] || await 30 "$name: dom0 has $(left_overs), it had $running with the first domain" has_left "$running"
  ledger_end "$name"
  expect_boots "$name" $((1 + resets * $#))
  expect_no_failures "$name" phy qdisk
}

has_left() { [[ $(left_overs) == "$1" ]]; }

play linger linger reset_key destroy
ledger_pvh
play pvh strict reboot destroy
