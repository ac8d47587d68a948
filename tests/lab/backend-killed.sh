#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a backend that is killed in mid-call fails its disk only; the disk comes back with another backend, and no byte is wrong
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

# blkback is detached by force, and attached again.
detach() {
  local name=$1
  ledger_start "$name" "$2"
  for _ in 1 2; do
    event_detach "$name"
    ledger_works "$name"
  done
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" qdisk
  expect_failures "$name" phy
}

detach linger linger
detach strict strict

# The QEMU that serves qdisk is killed. Only a PVH guest goes on without it. A reboot brings another one.
ledger_pvh
qemu() {
  local name=$1
  ledger_start "$name" "$2"
  kill_qemu "$name"
  await 120 "$name: no call to qdisk fails" has_failed_reads "$name" qdisk
  ledger_goes_on "$name" 120
  event_reboot "$name"
  ledger_works "$name"
  ledger_end "$name"
  expect_boots "$name" 2
  expect_no_failures "$name" phy
  expect_failures "$name" qdisk
}

qemu pvh-linger linger
qemu pvh-strict strict
