#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: MEMDISK from a PV disk becomes drive 80h, and both PV disks are the drives after it, with their data
# needs: system-memdisk
. /payload/tests/lib.sh
. /payload/tests/systems-common.sh

# expect_drives NAME LOG: the program list has booted from MEMDISK's disk, and has read all disks.
expect_drives() {
  local log=$OUT/$1/$2
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0'
  expect_line "$log" '^L booted from 80, 3 hard disks'
  expect_line "$log" "^L 80 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image list)" 100)" "$1: MEMDISK's own disk"
  expect_line "$log" "^L 81 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image system-memdisk)" 100)" "$1: xvde"
  expect_line "$log" "^L 82 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image hammer)" 100)" "$1: xvdf"
}

for mode in strict hook; do
  system $mode memdisk $mode -l 200 -u '^DONE ' -- "$(second_disk hammer)"
  expect_drives $mode serial
done
# There the program prints on the debug console.
system pvh memdisk strict -l 200 -u '^DONE ' -- type=pvh "$(second_disk hammer)"
expect_drives pvh debug
