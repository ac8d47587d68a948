#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: GRUB 0.97 from a PV disk starts Linux, which finds its disks closed and reads and writes them
# needs: grub-disk system-legacy
. /payload/tests/lib.sh
. /payload/tests/handover-linux-common.sh
. /payload/tests/systems-common.sh

# expect_linux DIR: Linux has read what is on the disks, and the images have what it has written.
expect_linux() {
  local OUT=$1
  expect_line "$OUT/serial" 'GNU GRUB +version 0\.97'
  expect_line "$OUT/serial" "userland: sum xvde $(sed -n 's/ disk$//p' /payload/guests/system-legacy.sums)"
  expect_line "$OUT/serial" "userland: sum xvdf $second_sum"
  expect_line "$OUT/serial" "userland: wrote xvde $(sum_of "$WORK/system-legacy.img" 25 1) "
  expect_line "$OUT/serial" "userland: wrote xvdf $(sum_of "$WORK/second.img" 7 1) "
  expect_line "$OUT/serial" 'userland: up, 2 disks'
  expect_same "how the guest stopped" poweroff "$(cat "$OUT/reason")"
  expect_no_line "$OUT/console" 'triggering reconnect|XENBUS: (frontend|backend|Timeout|Waiting)|blkfront.*(error|fail)|I/O error' \
    "Linux had trouble with a disk"
}

for mode in strict hook; do
  head -c $((8 * 1024 * 1024)) /dev/urandom > "$WORK/second.img"
  second_sum=$(sum_of "$WORK/second.img" 1 7)
  # Linux' writes are compared: only one attempt.
  system $mode legacy $mode -a 1 -l 400 -- memory=256 \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/second.img"
  sync
  expect_linux "$OUT/$mode"
done
