#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the PV console of a guest with a VGA shows the VGA's text, and keys typed there reach int16
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/exits-common.sh

program=$(image screen)
printf 'say=Written by int10.' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
console_guest mirror vga=stdvga disk="format=raw,vdev=xvde,access=rw,target=$program"
screen_open mirror
screen_await '^SeaBIOS \(version .*seabios-xenpv'
screen_await '^Booting from Hard Disk'
screen_await '^Written by int10\.'
screen_save mirror
expect_no_line "$OUT/mirror/serial" '^DONE'

# While nothing changes, one call of 32-bit code a tick, and one look at the VGA in 18: three accesses
# to its memory, with a thousand items in all.
sleep 5
count_exits 10
ticks=$(exits_of hlt) calls=$(exits_of cr0) accesses=$(exits_of memory)
note "idle: $ticks ticks, $((calls / 2)) calls, $accesses accesses to the VGA's memory"
((calls > 0 && calls <= 2 * ticks + 2)) || fail "$calls writes of CR0 in $ticks ticks"
((accesses > 0 && accesses <= 3 * (ticks / 18 + 1))) || fail "$accesses accesses to the VGA's memory in $ticks ticks"

screen_keys a
await_line mirror DONE
