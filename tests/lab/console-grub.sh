#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: GRUB on the PV console of a guest without VGA: menu, editor, text; then Linux gets a sane terminal and its keys
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/boot-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-linux-common.sh

# The attributes 1Bh and 4Eh, as numbers of the sequence ESC [ ... m.
entry='96;44' chosen='93;41'

padded() { printf '%-76s' "$1"; }

# box ROW...: print a box of 13 rows, of which these are the first.
box() {
  local line row
  line=$(padded '')
  printf ' ┌%s┐\n' "${line// /─}"
  printf ' │%-76s│\n' "$@"
  for ((row = $#; row < 13; row++)); do printf ' │%76s│\n' ''; done
  printf ' └%s┘\n' "${line// /─}"
}

# edit_and_boot COMMAND: edit the line of the entry that has this command, and boot it.
edit_and_boot() {
  local line="│ *$1 /boot/vmlinuz .common userland=console"
  screen_keys e
  screen_await 'Press Ctrl-x or F10 to boot'
  screen_await "$line +│\$"
  screen_keys Down Down Down End
  screen_keys -l ' typed=wxord'
  screen_await "$line typed=wxord +│\$"
  screen_keys Left Left Left BSpace
  screen_await "$line typed=word +│\$"
  screen_keys C-x
}

# expect_scrolled: GRUB's lines have scrolled, and what is typed appears below.
expect_scrolled() {
  screen_await '^grub: line 29$'
  printf 'grub: line %02d\n' {6..29} > "$WORK/lines"
  echo xyz >> "$WORK/lines"
  screen_keys x y z
  expect_screen "$WORK/lines" 1,25
  expect_cursor 3,24,1
}

start_hook # GRUB reads faster
open_menu entry32
screen_has '^ +GNU GRUB  version 2' || screen_fail "the menu has no title"
screen_has '^ +Use the ↑ and ↓ keys to select' || screen_fail "the menu does not show the arrows"
box '*Linux by its 16-bit entry' ' Linux by its 32-bit entry' > "$WORK/menu"
expect_screen "$WORK/menu" 4,18
expect_colours "3 1 $entry |┌────────|" "4 1 $entry |│|" "4 2 $chosen |$(padded '*Linux by its 16-bit entry')|" \
  "4 78 $entry |│|" "5 1 $entry |│ Linux by its 32-bit entry      |"
screen_save menu
note "the menu after $SECONDS s"
screen_keys Down
box ' Linux by its 16-bit entry' '*Linux by its 32-bit entry' > "$WORK/menu"
expect_screen "$WORK/menu" 4,18
expect_colours "4 1 $entry |│ Linux by its 16-bit entry      |" "5 2 $chosen |$(padded '*Linux by its 32-bit entry')|"
edit_and_boot linux
expect_scrolled
note "GRUB's lines after $SECONDS s"
screen_keys Enter
expect_linux entry32 typed=word
expect_history entry32
expect_line "$OUT/hook.log" ": handed over: trigger=0x10/read disks=1 closed=1 "
note "Linux after $SECONDS s"
screen_close

# The firmware knows when this entry starts.
if [[ $FULL == 1 ]]; then
  open_menu entry16
  edit_and_boot linux16
  expect_scrolled
  screen_keys Enter
  expect_linux entry16 typed=word
  expect_history entry16
fi
