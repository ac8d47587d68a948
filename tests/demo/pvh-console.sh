#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: shows what "xl console" shows of a PVH guest: GRUB's menu, then Linux
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/boot-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-linux-common.sh

# show TITLE: print the screen between two lines.
show() {
  local line
  line=$(printf '%*s' "$columns" '')
  printf '%s\n+%s+\n' "$1" "${line// /-}"
  screen_text | while IFS= read -r row; do printf '|%s%*s|\n' "$row" $((columns - ${#row})) ''; done
  printf '+%s+\n' "${line// /-}"
}

is_gone() { ! xenstore-exists "/local/domain/$1"; }

# shellcheck disable=SC2034 # the common files use them
default_type=pvh boot_vdev=xvda columns=80 rows=25
echo 'A PVH guest starts: type="pvh", kernel="bios-pvh.elf", one disk, and no device model.'
open_menu pvh
show 'GRUB, which int13 has read from the PV disk xvda. Its text and its keys are those of "xl console":'
screen_keys Down
screen_keys Enter
screen_await '^grub: line 29$' 180
screen_keys Enter
screen_await '^userland: row 60$' 240
show 'Linux, which GRUB has started. It has taken the console over:'
echo "What Linux says about the machine:"
screen_history | grep -E 'Linux version|Command line|Hypervisor detected|Booting paravirtualized kernel' | cut -c 1-100
screen_keys -l end
screen_keys Enter
await 90 "Linux does not end" is_gone "$(id_of pvh)"
echo "Linux has powered the guest off."
