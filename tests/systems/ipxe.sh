#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: iPXE from a PV disk boots another PV disk by its script, and from a PV CD-ROM one by a command that is typed
# needs: system-ipxe system-ipxe-cd
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/systems-common.sh

# expect_booted NAME LOG: the script of iPXE has started the program on the second disk, which reads both.
expect_booted() {
  local log=$OUT/$1/$2
  expect_line "$log" '^L booted from 81, 2 hard disks'
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0'
  expect_line "$log" "^L 80 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image system-ipxe)" 100)"
  expect_line "$log" '^L 80 end carry=0 ah=00'
  expect_line "$log" "^L 81 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image list)" 100)"
}

# With 64 MiB iPXE does not find its script, with stock SeaBIOS neither.
for mode in strict hook; do
  system $mode ipxe $mode -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128
  expect_booted $mode serial
done
system pvh ipxe strict -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128 type=pvh
expect_booted pvh debug

#### By hand, from the CD-ROM ####

console_guest cd vga=none memory=128 boot='"d"' \
  disk="format=raw,vdev=xvde,access=rw,target=$(image list)" \
  disk="format=raw,vdev=xvdf,access=ro,devtype=cdrom,target=$(image system-ipxe-cd)"
screen_open cd
screen_await 'Ctrl-B'
screen_keys C-b
screen_await '^iPXE>'
screen_keys -l 'sanboot --no-describe --drive 0x80'
screen_keys Enter
await_line cd DONE
expect_line "$OUT/cd/serial" '^L booted from 80, 1 hard disks'
screen_close
end_guest cd
