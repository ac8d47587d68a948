#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that lives on int13 keeps its disks open in strict mode, and what starts after it finds them closed
# set: full
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

truncate -s 4M "$WORK/third.img"

# The connections to the third disk so far: blkback says one line for each.
connections() { dmesg | grep -c 'xen-blkback: .*/51808: using' || true; }

# lives NAME PARAMETERS: a system that writes a hundred sectors to each of two disks, in turns; then
# another one starts, and takes the disks. Sets made: the firmware's connections to the third disk.
lives() {
  local before
  before=$(connections)
  own_drivers "$1" strict "order=none lives $2" \
    disk="format=raw,vdev=xvdg,access=rw,target=$WORK/third.img"
  made=$(($(connections) - before))
  note "$1: $made connections"
}

# The first writes prove it: 32 to each of the two disks, with a connection each. There is one before
# them in POST, one of a write of all 64 sectors, and one of the new system's own driver. Without the
# rule there would be more than a hundred.
lives pause pauses
expect_takeover pause 0
((made >= 34 && made <= 60)) || fail "$made connections, not 34 to 60"

# What a starting system asks about memory: E820h, E801h, 88h.
for question in 59424 59393 34816; do
  lives "asks-$question" "asks=$question"
  expect_takeover "asks-$question" 0
done

lives announce announce
expect_takeover announce 0

# The window: who asks the BIOS for nothing, and begins before the second tick, finds them open.
lives nothing ''
expect_no_takeover nothing
