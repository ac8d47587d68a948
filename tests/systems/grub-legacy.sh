#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: GRUB 0.97 from a PV disk starts Linux, which finds its disks closed and reads and writes them
# needs: grub-disk system-legacy system-legacy-pv
. /payload/tests/lib.sh
. /payload/tests/handover-linux-common.sh
. /payload/tests/systems-common.sh

# expect_linux DIR KIND LOG: Linux has read what is on the disks, and the images have what it has written. LOG is what
# GRUB and Linux' userland have printed.
expect_linux() {
  local OUT=$1 kind=$2 log=$1/$3
  expect_line "$log" 'GNU GRUB +version 0\.97'
  expect_line "$log" "userland: sum xvde $(sed -n 's/ disk$//p' "/payload/guests/system-$kind.sums")"
  expect_line "$log" "userland: sum xvdf $second_sum"
  expect_line "$log" "userland: wrote xvde $(sum_of "$WORK/system-$kind.img" 25 1) "
  expect_line "$log" "userland: wrote xvdf $(sum_of "$WORK/second.img" 7 1) "
  expect_line "$log" 'userland: up, 2 disks'
  expect_same "how the guest stopped" poweroff "$(cat "$OUT/reason")"
  expect_no_line "$OUT/console" 'triggering reconnect|XENBUS: (frontend|backend|Timeout|Waiting)|blkfront.*(error|fail)|I/O error' \
    "Linux had trouble with a disk"
}

# legacy NAME KIND MODE LOG [VM_CONFIG ARGUMENT]...
legacy() {
  local name=$1 kind=$2 mode=$3 log=$4
  shift 4
  head -c $((8 * 1024 * 1024)) /dev/urandom > "$WORK/second.img"
  second_sum=$(sum_of "$WORK/second.img" 1 7)
  # Linux' writes are compared: only one attempt.
  system "$name" "$kind" "$mode" -a 1 -l 400 -- memory=256 \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/second.img" "$@"
  sync
  expect_linux "$OUT/$name" "$kind" "$log"
}

for mode in strict hook; do legacy $mode legacy $mode serial; done
# GRUB's menu and Linux are on its PV console.
legacy pvh legacy-pv strict console type=pvh
