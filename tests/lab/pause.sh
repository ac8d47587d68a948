#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that is paused in mid-call, longer than any limit or many times for a moment, loses no call and no byte
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

# Longer than the firmware waits for a response.
long_s=35

play() {
  local name=$1
  ledger_start "$name" "$2"
  pause_for "$name" $long_s
  ledger_goes_on "$name"
  event_pauses "$name"
  ledger_goes_on "$name"
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" phy qdisk
  expect_no_line "$OUT/$name/debug" 'xenpv: .*(not used|does not respond|closed for good)'
}

play strict strict
ledger_pvh
play pvh linger
