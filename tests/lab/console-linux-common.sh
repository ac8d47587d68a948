# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which a Linux takes over the PV console from the firmware. Its guest boots the
# GRUB test disk with menu=yes (see tests/lab/make-grub-disk). Sourced after console-common.sh and
# boot-common.sh.
#
#   open_menu NAME          start a guest without VGA and its terminal; wait for GRUB's menu. It boots from
#       $boot_vdev (xvde)
#   expect_linux NAME [WORD] [LINES]  WORD is in Linux' command line; the whole terminal is Linux', in
#       the default colours, without margins; and Linux gets the keys: with what has been typed
#       before, so many lines (1). The guest ends
#   expect_history NAME     Linux' text follows GRUB's, and nothing of the firmware's follows it

# Larger than the screen of a PC, so that margins of the firmware's are not those of the terminal.
columns=100 rows=40

# The rows of userland=console, and an empty one for the cursor.
for ((row = 60 - rows + 2; row <= 60; row++)); do echo "userland: row $row"; done > "$WORK/rows-of-linux"
echo >> "$WORK/rows-of-linux"

open_menu() {
  local disk=$WORK/$1.img
  cp "$(image grub-disk)" "$disk"
  grub_disk_settings "$disk" menu=yes
  console_guest "$1" vga=none memory=256 disk="format=raw,vdev=${boot_vdev:-xvde},access=rw,target=$disk"
  screen_open "$1" ${columns}x$rows
  screen_await 'The highlighted entry will be executed automatically in [0-9]+s\.' 120
}

expect_linux() {
  local serial=$OUT/$1/serial
  await_line "$1" 'userland: holding'
  expect_line "$serial" "^userland: command line .*userland=console ${2:-}" "Linux did not get $2"
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
  expect_same "the lines that Linux got" "${3:-1}" "$(grep -c 'userland: typed' "$serial")"
  note "Linux: $(sed -n 's/^userland: kernel: .*Console:/Console:/p' "$serial" | tr -d '\r')"
}

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
