#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: backends and xenstored that stand still delay a guest's calls; beyond the limits calls fail, and no byte is wrong
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

# play NAME MODE: all that stands still for less than its limit.
play_short() {
  local name=$1
  ledger_start "$name" "$2"
  stall_qemu "$name" 8
  ledger_goes_on "$name"
  stall_blkback "$name" 8
  ledger_goes_on "$name"
  stall_store "$name" 2
  ledger_goes_on "$name"
  ledger_end "$name"
  expect_boots "$name" 1
  expect_no_failures "$name" phy qdisk
}

play_short strict strict
play_short linger linger

# In linger mode the disks stay connected: no call needs xenstored.
ledger_start store linger
stall_store store 20
ledger_goes_on store
ledger_end store
expect_boots store 1
expect_no_failures store phy qdisk

# A backend that stands still for longer than the firmware waits for a response: the disk fails, and comes back.
ledger_start slow linger
stall_blkback slow 50
ledger_works slow
ledger_end slow
expect_boots slow 1
expect_no_failures slow qdisk
expect_failures slow phy

# In strict mode each call needs xenstored. One that stands still for longer than the firmware waits for it ends the use
# of PV disks until the guest is reset.
ledger_start dead strict
stall_store dead 12
for drive in phy qdisk; do await 60 "dead: no call to $drive fails" has_failed_reads dead $drive; done
event_reset_key dead
ledger_works dead
ledger_end dead
expect_boots dead 2
for drive in phy qdisk; do expect_failures dead $drive; done
