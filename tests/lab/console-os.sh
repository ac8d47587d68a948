#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a Linux that takes over a PV console which nothing reads gets a sane terminal, and loses neither the firmware's text nor keys
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/boot-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-linux-common.sh

# The BIOS' buffer holds 15 keys.
filler=$(printf '%40s' '' | tr ' ' .)

at_end() { killall -CONT xenconsoled; }

has_started() { xl dmesg | grep -q "d$(id_of "$1")v0: upcall vector"; }

# take_over NAME: start the chosen entry. xenconsoled stands still until Linux runs.
# Both Enters and the line after them are in the ring then: one for the menu, one for its entry.
take_over() {
  local id
  id=$(id_of "$1")
  printf '\n\n%s kept\n' "$filler" > "$WORK/typed"
  xl pause "$id"
  screen_paste "$WORK/typed"
  sleep 1
  killall -STOP xenconsoled
  xl unpause "$id"
  await 120 "Linux does not start" has_started "$1"
  sleep 2
  screen_has 'Linux version' && screen_fail "xenconsoled does not stand still"
  killall -CONT xenconsoled
}

expect_kept() {
  expect_linux "$1" '' 2
  expect_line "$OUT/$1/serial" '^userland: typed \.{24,40} kept \(' \
    "Linux got of what was typed before: $(grep -a '^userland: typed' "$OUT/$1/serial" | tr -d '\r' | xargs)"
  expect_history "$1"
  note "$1: Linux after $SECONDS s"
}

start_hook # GRUB reads faster
open_menu entry32
screen_keys Down
screen_await '│\*Linux by its 32-bit entry'
take_over entry32
expect_kept entry32
screen_close

# The firmware knows when this entry starts.
if [[ $FULL == 1 ]]; then
  open_menu entry16
  take_over entry16
  expect_kept entry16
fi
