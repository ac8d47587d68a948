#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that reads and writes by int13 does not notice live migrations to its own host, again and again
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/migrate-common.sh

make_slow_disk
if [[ $FULL == 1 ]]; then
  play linger 20
  play strict 20
  start_hook
  play hook 20
  expect_line "$OUT/hook/debug" 'hand-over: hook'
else
  play linger 4
  expect_reconnects linger xvdf 4
fi
