#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: calls from v86 mode, as under DOS memory managers, do the same on IDE disks as with stock SeaBIOS
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# Neither BIOS needs the monitor for more than interrupts and ports.
expect_plain() {
  expect_line "$OUT/$1/serial" '^V86 cr0-reads=0' "$1: CR0 is read in v86 mode"
}

steps="b0,v0,b1,t1,v1,b1,s0,u0,r0"
if [[ $FULL == 1 ]]; then
  twin_guest stock file "$steps" bios="$STOCK_BIOS"
  expect_plain stock
fi
twin_guest ours file "$steps"
expect_plain ours
test_of_check ours
