# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios with SYSLINUX on a guest's PV console (see tests/lab/make-syslinux-disk). Sourced after
# console-common.sh.
#
#   syslinux_guest NAME VDEV VDEV VDEV  create a guest without VGA, paused: SYSLINUX' disk, and two disks to
#       start from it
#   use_syslinux NAME       use its menu, its prompt and its editor, and boot the first disk
#   await_syslinux_menu     wait for the menu
#   to_prompt               go from the menu to the prompt
#   expect_first_disk NAME  it boots, shows its text and takes a key

# target NAME TEXT: print the path of a disk with a program that shows this text.
target() {
  cp "$(image screen)" "$WORK/$1.img"
  printf 'say=%s' "$2" | dd of="$WORK/$1.img" bs=512 seek=1 conv=notrunc status=none
  echo "$WORK/$1.img"
}

# The rows 1 to 16 of the menu, the same as on a VGA.
line=$(printf '%58s' '')
line=${line// /─}
{
  printf '%10s┌%s┐\n' '' "$line"
  printf '%10s│%15s%-43s│\n' '' '' 'Disks of a guest without VGA'
  printf '%10s├%s┤\n' '' "$line"
  for entry in 'First disk' 'Second disk' 'Back to the menu' '' '' '' '' '' '' '' '' ''; do
    printf '%10s│ %-57s│\n' '' "$entry"
  done
  printf '%10s└%s┘\n' '' "$line"
} > "$WORK/menu"

# The attributes of the menu, as numbers of the sequence ESC [ ... m: 10h, 17h, 1Fh, 70h, 78h.
box='30;44' entry='37;44' entry_key='97;44' chosen='30;47' chosen_key='90;47'

# expect_menu CHOSEN: the menu is there, and this entry is the chosen one, 1 or 2.
expect_menu() {
  local first=("$chosen" "$chosen_key") second=("$entry" "$entry_key") line
  [[ $1 == 1 ]] || first=("$entry" "$entry_key") second=("$chosen" "$chosen_key")
  expect_screen "$WORK/menu" 1,16
  printf -v line '%-57s' 'irst disk'
  expect_colours "0 10 $box |┌───────|" '1 11 96;44 |               Disks of a guest without VGA |' \
    "3 10 $box |│|" "3 12 ${first[1]} |F|" "3 13 ${first[0]} |${line::56}|" "3 69 $box |│|" \
    "4 12 ${second[1]} |S|" "4 13 ${second[0]} |econd disk       |" "5 12 $entry_key |B|" "15 10 $box |└───────|"
}

syslinux_guest() {
  console_guest "$1" vga=none disk="format=raw,vdev=$2,access=rw,target=$(image syslinux-disk)" \
    disk="format=raw,vdev=$3,access=rw,target=$(target first 'This is the first disk.')" \
    disk="format=raw,vdev=$4,access=rw,target=$(target second 'This is the second disk.')"
}

await_syslinux_menu() {
  screen_await '^ +└─+┘$'
  screen_await '^ +Press \[Tab\] to edit options$'
}

to_prompt() {
  screen_keys Escape
  screen_await '^boot:$'
}

use_menu() {
  await_syslinux_menu
  expect_menu 1
  expect_cursor '*,0'
  screen_save menu
  note "the menu after $SECONDS s"
  screen_keys Down
  expect_menu 2
}

use_prompt() {
  to_prompt
  expect_cursor 6,23,1
  screen_keys F1
  screen_await '^Type first, second or menu\.$'
  # The page has scrolled by a row.
  expect_colours '23 0 93;44 |Type first,|' '23 11 97;41 | second|' '23 18 0 | or menu.|'
  sed 1d "$WORK/menu" > "$WORK/scrolled"
  expect_screen "$WORK/scrolled" 1,15
  expect_cursor 6,24,1
  screen_save prompt
  screen_keys m e n x
  screen_await '^boot: menx$'
  screen_keys BSpace u
  screen_await '^boot: menu$'
  screen_keys Enter
  note "the prompt after $SECONDS s"
}

edit_entry() {
  screen_await '^ +Press \[Tab\] to edit options$'
  expect_menu 1
  screen_keys Down
  expect_menu 2
  screen_keys Tab
  screen_await '^> \.com32 chain\.c32 hd2$'
  screen_keys BSpace 1
  screen_await '^> \.com32 chain\.c32 hd1$'
  expect_cursor 22,17,1
  screen_save edited
  screen_keys Enter
}

expect_first_disk() {
  screen_await '^This is the first disk\.'
  screen_has_not 'This is the second disk' || screen_fail "the entry boots as it was before it was edited"
  await_line "$1" SAID
  screen_keys a
  await_line "$1" DONE
  expect_line "$OUT/$1/serial" '^DONE passed=1 failed=0'
  note "booted after $SECONDS s"
}

use_syslinux() {
  use_menu
  use_prompt
  edit_entry
  expect_first_disk "$1"
}
