#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: GRUB on the PV console of a guest without VGA: menu, editor, text; then Linux gets a sane terminal and its keys
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/boot-common.sh
. /payload/tests/console-common.sh

# Larger than the screen of a PC, so that margins of the firmware's are not those of the terminal.
columns=100 rows=40

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

# The rows of userland=console, and an empty one for the cursor.
for ((row = 60 - rows + 2; row <= 60; row++)); do echo "userland: row $row"; done > "$WORK/rows-of-linux"
echo >> "$WORK/rows-of-linux"

# open_menu NAME: start a guest until GRUB shows its menu.
open_menu() {
  local disk=$WORK/$1.img
  cp "$(image grub-disk)" "$disk"
  grub_disk_settings "$disk" menu=yes
  console_guest "$1" vga=none memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
  screen_open "$1" ${columns}x$rows
  screen_await 'The highlighted entry will be executed automatically in [0-9]+s\.' 120
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

# expect_linux NAME: the whole screen is Linux', in the default look, without margins, and so are the keys.
expect_linux() {
  local serial=$OUT/$1/serial
  await_line "$1" 'userland: holding'
  expect_line "$serial" '^userland: command line .*userland=console typed=word \(' "Linux did not get what was typed"
  expect_screen "$WORK/rows-of-linux"
  screen_save "$1"
  expect_cursor "0,$((rows - 1)),1"
  expect_same "text that does not have the default look" "" "$(grep -Ev '^[0-9]+ 0 0 \|' "$OUT/$1.colours" || true)"
  expect_same "margins, origin, insert, wrap" "0 $((rows - 1)) 0 0 1" \
    "$(screen_tmux display-message -p '#{scroll_region_upper} #{scroll_region_lower} #{origin_flag} #{insert_flag} #{wrap_flag}')"
  screen_keys -l 'to Linux'
  screen_keys Enter
  await_line "$1" 'userland: typed to Linux ('
  screen_keys -l end
  screen_keys Enter
  await_line "$1" 'userland: done'
  expect_same "the lines that Linux got" 1 "$(grep -c 'userland: typed' "$serial")"
  note "Linux: $(sed -n 's/^userland: kernel: .*Console:/Console:/p' "$serial" | tr -d '\r')"
}

# expect_history NAME: the kernel's lines follow GRUB's, and nothing of the firmware's follows them.
expect_history() {
  local history=$OUT/$1/history
  screen_history > "$history"
  expect_line "$history" '\] Linux version '
  expect_line "$history" '\] Command line: BOOT_IMAGE=/boot/vmlinuz '
  sed '/\] Linux version /q' "$history" > "$WORK/before"
  sed '1,/\] Linux version /d' "$history" > "$WORK/after"
  expect_line "$WORK/before" '^grub: line 29' "GRUB's lines are not above those of Linux"
  expect_no_line "$WORK/after" '[│┌└↑]|GRUB|grub: line|setparams' "the firmware has written after Linux"
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
expect_linux entry32
expect_history entry32
note "Linux after $SECONDS s"
screen_close

# The firmware knows when this entry starts.
if [[ $FULL == 1 ]]; then
  open_menu entry16
  edit_and_boot linux16
  expect_scrolled
  screen_keys Enter
  expect_linux entry16
  expect_history entry16
fi
