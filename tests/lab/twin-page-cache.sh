#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: after the hand-over the emulated disk shows what the firmware wrote, not what dom0 had cached before
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

start_memory_disks

# While both disks are connected, dom0 reads them through its page cache, as any program there may.
# Blkback bypasses this cache, QEMU does not.
read_all="for disk in /dev/ram0 /dev/ram1; do dd if=\$disk of=/dev/null bs=1M; done"

# play NAME STEPS: each transfer returns what was written last. Dom0 has read the disks once, during
# the only connection that they had until then.
play() {
  twin_guest "$1" memory "$2" -p "$(when_waiting "$1" "$read_all")"
  expect_served "$1" hda hdb
  expect_same "$1: disks that dom0 has read" 2 "$(grep -c '^4+0 records in' "$OUT/$1/waiting")"
  expect_same "$1: connections before the hand-over" "hda hdb" \
    "$(sed -nE '/: closed|something else has closed it|served by the emulated disk from now on/q; s/.*xenpv: (hd.): connected in.*/\1/p' "$OUT/$1/debug" | sort | xargs)"
}

note "the daemon closes"
start_hook
trap 'stop_hook; stop_memory_disks' EXIT
mode=hook play hook "b0,b1,k0,b0,o0,u0"
expect_line "$OUT/hook.log" 'handed over: trigger=[^ ]* disks=2 closed=2 '
stop_hook

note "the firmware closes"
mode=linger play announced "b0,b1,k0,b0,e0,u0"
if [[ $FULL == 1 ]]; then
  mode=linger play next-system "b0,b1,k0,b0,b1,n0,u1"
  mode=linger play given-up "b0,k0,b0,i0,r0"
fi
