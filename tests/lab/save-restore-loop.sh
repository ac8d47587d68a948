#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that reads and writes in each mode is saved and restored six times, with no failed call and no wrong byte
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

saves=6

play() {
  local name=$1 turn
  ledger_start "$name" "$2"
  for ((turn = 1; turn <= saves; turn++)); do
    event_save "$name"
    ledger_goes_on "$name"
  done
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" phy qdisk
  expect_no_line "$OUT/$name/debug" 'xenpv: .*(not used|stays in state|closed for good)'
}

play strict strict
play linger linger
expect_reconnects linger xvdf $saves
start_hook
trap ledger_clean EXIT
play hook hook
expect_line "$OUT/hook/debug" 'hand-over: hook'
stop_hook
