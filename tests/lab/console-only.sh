#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the PV console of a guest without VGA shows POST, what a boot loader writes, and why a boot has failed
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/exits-common.sh

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

# One call of 32-bit code a tick.
count_exits 5
ticks=$(exits_of hlt) calls=$(exits_of cr0)
note "idle: $ticks ticks, $((calls / 2)) calls"
((calls > 0 && calls <= 2 * ticks + 2)) || fail "$calls writes of CR0 in $ticks ticks"
expect_same "accesses to emulated memory" 0 "$(exits_of memory)"

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
screen_close
end_guest fails

#### The firmware's log instead ####

console_guest lines vga=none disk="format=raw,vdev=xvde,access=rw,target=$program"
xenstore-write "/local/domain/$(id_of lines)/platform/xenpv-console" debug
screen_open lines
screen_await_line '^xenpv: console: debug'
screen_await_line '^xenpv: xvde: connected in [0-9]+ ms'
screen_await_line '^Booting from Hard Disk'
await_line lines SAID
screen_has_had 'Written by int10' && screen_fail "the console shows more than the log"
press lines
await_line lines DONE
