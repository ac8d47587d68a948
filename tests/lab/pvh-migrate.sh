#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PVH guest that reads and writes by int13 without a pause does not notice that it is migrated and saved, again and again
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/migrate-common.sh

# shellcheck disable=SC2034 # the common files use them
default_type=pvh saves=2
make_slow_disk

# The firmware knows of each move, and has closed its disks before.
expect_known() {
  expect_same "$1: moves that the firmware knows of" "$2" "$(grep -c 'xenpv: pvh: resumed' "$OUT/$1/debug" || true)"
  expect_reconnects "$1" xvdf 0
}

if [[ $FULL == 1 ]]; then
  play linger 20
  expect_known linger 20
  play strict 20
  expect_known strict 20
else
  play linger 4
  expect_known linger 4
fi
