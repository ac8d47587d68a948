#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Memtest86+ 6 from a PV disk tests all memory that the firmware has left, and finds no error
# needs: system-memtest
. /payload/tests/lib.sh
. /payload/tests/systems-common.sh

# It draws on the serial port without line feeds: its seventh test has begun, the others have found nothing.
for mode in strict hook; do
  system $mode memtest $mode -l 400 -u '#6  \[Moving inversions' -- memory=40
  expect_line "$OUT/$mode/serial" 'Errors:'
  expect_no_line "$OUT/$mode/serial" 'Errors: *[1-9]|FAIL' "$mode: it has found errors"
done
