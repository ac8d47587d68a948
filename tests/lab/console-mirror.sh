#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the PV console of a guest with a VGA shows the VGA's text, and keys typed there reach int16
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh

program=$(image screen)
printf 'say=Written by int10.' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
console_guest mirror vga=stdvga disk="format=raw,vdev=xvde,access=rw,target=$program"
screen_open mirror
screen_await '^SeaBIOS \(version .*seabios-xenpv'
screen_await '^Booting from Hard Disk'
screen_await '^Written by int10\.'
screen_save mirror
expect_no_line "$OUT/mirror/serial" '^DONE'
screen_keys a
await_line mirror DONE
