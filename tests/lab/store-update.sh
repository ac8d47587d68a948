#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest in strict mode reads and writes while xenstored is replaced by live updates, with no failed call and no wrong byte
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

# In strict mode each call has its conversation with xenstored. Hook mode: hook-update.
play() {
  local name=$1
  ledger_start "$name" strict
  for _ in {1..6}; do
    event_update_store
    ledger_goes_on "$name"
  done
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" phy qdisk
}

play hvm
ledger_pvh
play pvh
