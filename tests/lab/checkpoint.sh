#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that reads and writes does not notice that it is checkpointed, nor that the last checkpoint is restored
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

# restore_last NAME: a checkpoint after which the guest does not run, with its disks; then it is restored from that.
restore_last() {
  local name=$1 old
  old=$(id_of "$name")
  xl save -p "$old" "$WORK/state" > "$OUT/$name/checkpoint" 2>&1 || fail "$name: xl save -p failed: $(last_line "$OUT/$name/checkpoint")"
  end_guest "$name"
  await 60 "$name: something is left of domain $old" is_forgotten "$old"
  xl restore "$WORK/state" > "$OUT/$name/restore" 2>&1 || fail "$name: xl restore failed: $(last_line "$OUT/$name/restore")"
  rm "$WORK/state"
  expect_new_domain "$name" "$old"
}

play() {
  local name=$1 old
  ledger_start "$name" "$2"
  old=$(id_of "$name")
  for _ in 1 2 3; do
    event_checkpoint "$name"
    ledger_goes_on "$name"
  done
  find_guest "$name"
  expect_same "$name: the domain after three checkpoints" "$old" "$(id_of "$name")"
  restore_last "$name"
  ledger_goes_on "$name"
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" phy qdisk
}

play strict strict
ledger_pvh
play pvh linger
