#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: HDT, SYSLINUX' tool that lists the hardware, shows what int13 48h says of the disks: bus, interface, size
# set: full
# needs: syslinux-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-syslinux-common.sh

# hdt NAME TYPE BUS: HDT in a guest of this type lists three disks, each on this bus.
hdt() {
  # shellcheck disable=SC2034 # console_guest uses it
  default_type=$2
  syslinux_guest "$1" xvde xvdf xvdg
  screen_open "$1"
  await_syslinux_menu
  to_prompt
  screen_keys d i s k s Enter
  # The tool stops at the end of each page. A key too many does no harm.
  while screen_await '^(disk>|--More--)' 300 && screen_has '^--More--'; do
    screen_keys Space
    sleep 3
  done
  screen_history > "$OUT/$1.txt"
  screen_text >> "$OUT/$1.txt"
  screen_close
  end_guest "$1"
  for drive in 80 81 82; do expect_line "$OUT/$1.txt" "^DISK 0x$drive:"; done
  expect_same "$1: drives with EDD 3.0" 3 "$(grep -c '^ *EDD: Version: 30$' "$OUT/$1.txt")"
  expect_same "$1: drives on this bus" 3 "$(grep -Ec "^ *Host bus: $3, Interface type: XEN *$" "$OUT/$1.txt")"
  expect_line "$OUT/$1.txt" "^ *Size: +$(($(stat -c %s "$(image syslinux-disk)") >> 20))\.00 MiB, 512 bytes/sector"
}

hdt hvm hvm 'PCI XEN'
start_hook
hdt hook hvm 'PCI XEN'
expect_line "$OUT/hook.log" ': I/O ports claimed'
stop_hook
hdt pvh pvh 'XEN +XEN'
