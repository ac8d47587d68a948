#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the PV console of a guest without VGA shows POST, what a boot loader writes, and why a boot has failed
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh

#### A boot ####

program=$(image screen)
printf 'say=Written by int10.' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
console_guest boots vga=none disk="format=raw,vdev=xvde,access=rw,target=$program"
screen_open boots
screen_await '^SeaBIOS \(version .*seabios-xenpv'
screen_await '^Booting from Hard Disk'
screen_await '^Written by int10\.'
await_line boots SAID
screen_save boots
screen_text | grep -E '^(SeaBIOS|Booting|Written)' | cut -d ' ' -f 1 > "$OUT/order"
expect_same "the order of the lines" "SeaBIOS Booting Written" "$(xargs < "$OUT/order")"
screen_keys a
await_line boots DONE
screen_close
end_guest boots

#### A boot that fails ####

truncate -s 4M "$WORK/empty.img"
console_guest fails vga=none disk="format=raw,vdev=xvde,access=rw,target=$WORK/empty.img"
screen_open fails
screen_await '^Boot failed: not a bootable disk'
screen_await '^No bootable device'
screen_save fails
