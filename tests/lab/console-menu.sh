#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the boot menu on the PV console of a guest without VGA lists the PV disks, and the chosen one boots
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh

# disk VDEV TEXT: print the specification of a disk with a program that shows this text.
disk() {
  local program=$WORK/$1.img
  cp "$(image screen)" "$program"
  printf 'say=%s' "$2" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  echo "format=raw,vdev=$1,access=rw,target=$program"
}

console_guest menu vga=none disk="$(disk xvde 'This is the first disk.')" \
  disk="$(disk xvdf 'This is the second disk.')"
screen_open menu
screen_await 'Press ESC for boot menu'
screen_keys Escape
screen_await '^Select boot device:'
screen_await '^1\. Xen PV disk xvde, 2 MiB, (blkback|qdisk)'
screen_await '^2\. Xen PV disk xvdf, 2 MiB, (blkback|qdisk)'
screen_save menu
# It waits for a choice, as long as it takes.
sleep 5
expect_no_line "$OUT/menu/serial" '^SAID'
screen_keys 2
screen_await '^This is the second disk\.'
await_line menu SAID
screen_has_not 'This is the first disk' || screen_fail "the first disk boots"
screen_keys a
await_line menu DONE
expect_line "$OUT/menu/serial" '^DONE passed=1 failed=0'
