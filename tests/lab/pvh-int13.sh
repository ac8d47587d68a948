#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 in a PVH guest reads, writes and fails as in an HVM guest, on blkback and on qdisk, and while ticks of the timer call it
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/pvh-common.sh

# The disks have the names that are emulated in an HVM guest, and no emulated twin. Nor is there an
# emulated disk to compare the failing calls with: FULL=1 compares them with one in an HVM guest.

# ticks NAME MODE: calls while the timer ticks. The firmware must not answer from its cache.
ticks() {
  local OUT=$OUT/$1 program
  program=$(image pvh_int13)
  head -c $((6 * 1024 * 1024)) /dev/urandom > "$WORK/phy.img"
  head -c $((6 * 1024 * 1024 + 512)) /dev/urandom > "$WORK/qdisk.img"
  for disk in "$WORK"/{phy,qdisk}.img; do cp "$disk" "$disk.before"; done
  # SeaBIOS keeps 256 KiB in such a small guest, for all disks.
  vm_config "$WORK/vm.cfg" type=pvh memory=16 cmdline='"xenpv.cache=off"' \
    disk="format=raw,vdev=xvda,access=rw,target=$program" \
    disk="format=raw,vdev=xvdb,access=rw,target=$WORK/phy.img" \
    disk="format=raw,vdev=xvdc,access=rw,backendtype=qdisk,target=$WORK/qdisk.img"
  mkdir -p "$OUT"
  # Only one attempt: a broken guest has already changed the images.
  vm_run -a 1 -l 300 -p "$(wish "$2")" -u '^DONE ' "$WORK/vm.cfg"
  sync
  expect_line "$OUT/debug" "xenpv: hand-over: $2 "
  expect_line "$OUT/debug" '^drive 82: sectors ' "$1: not all disks have a drive: $(grep -am1 skipped "$OUT/debug" || true)"
  grep -aE '^(calls|more calls|HLT|int15 86h|left|FAIL)' "$OUT/debug"
  /payload/bin/check-writes "$OUT/debug" "" "81=$WORK/phy.img.before:$WORK/phy.img" \
    "82=$WORK/qdisk.img.before:$WORK/qdisk.img" || fail "$1: wrong or missing writes, or $(grep -am1 ^FAIL "$OUT/debug" || last_line "$OUT/debug")"
}
ticks ticks-strict strict

if [[ $FULL == 1 ]]; then
  ticks ticks-linger linger
  for backend in phy qdisk; do
    for name in reads writes errors; do
      in_pvh "$name-$backend" "int13-$name" BIG_BACKEND=$backend
    done
  done
else
  in_pvh reads int13-reads FORMS=l
  in_pvh writes int13-writes FORMS=H BIG_BACKEND=qdisk
  in_pvh errors int13-errors BIG_BACKEND=phy
fi
