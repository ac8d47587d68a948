#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that lives on int13 keeps its disks open in strict mode, and what starts after it finds them closed
# set: full
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

truncate -s 4M "$WORK/third.img"

# lives NAME PARAMETERS: a system that writes a hundred sectors to each of two disks, in turns; then
# another one starts, and takes the disks.
lives() {
  own_drivers "$1" strict "order=none lives $2" \
    disk="format=raw,vdev=xvdg,access=rw,target=$WORK/third.img"
}

# expect_connections NAME LEAST MOST: of one of the two disks.
expect_connections() {
  local count
  count=$(grep -ac '^xenpv: xvdg: connected' "$OUT/$1/debug" || true)
  note "$1: $count connections of xvdg"
  ((count >= $2 && count <= $3)) || fail "$1: $count connections, not $2 to $3"
}

# 32 writes of each of the two disks prove it, one connection each; with the first one of POST.
# Here each pause of the emulated machine may close the disks once more.
lives pause pauses
expect_takeover pause 0
expect_connections pause 33 60

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
