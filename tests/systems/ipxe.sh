#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: iPXE from a PV disk or a PV CD-ROM boots another PV disk, unless it has set version 2 of the grant table
# needs: system-ipxe system-ipxe-cd
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/systems-common.sh

# expect_booted NAME [LOG]: the script of iPXE has started the program on the second disk.
expect_booted() {
  local log=$OUT/$1/${2:-serial}
  expect_line "$log" '^L booted from 81, 2 hard disks'
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0'
  expect_line "$log" "^L 81 first sectors carry=0 ah=00 crc=$(crc_of_list "$(image list)" 100)"
}

# With 64 MiB iPXE does not find its script, with stock SeaBIOS neither.
# Its driver for the platform device cannot set version 2 in the first guest, and has no device in the second.
system version-1 ipxe strict -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128 max_grant_version=1
expect_booted version-1
system no-platform ipxe strict -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128 xen_platform_pci=0
expect_booted no-platform
# The disks are open: Xen does not change the version of a table in use.
system hook ipxe hook -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128
expect_booted hook
system pvh ipxe strict -l 200 -u '^DONE ' -- "$(second_disk list)" memory=128 type=pvh
expect_booted pvh debug

# In strict mode they are closed, and Xen changes it.
system version-2 ipxe strict -l 200 -u 'script goes on|^DONE ' -- "$(second_disk list)" memory=128
expect_line "$OUT/version-2/debug" 'xenpv: grant table: left to the driver that has set version 2'

#### By hand, from the CD-ROM ####

console_guest cd vga=none memory=128 max_grant_version=1 boot='"d"' \
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
