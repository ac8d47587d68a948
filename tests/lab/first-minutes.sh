#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: an administrator's first minutes on an installed Debian, with the commands of the documents: packages, an example, a disk that does not boot, its remedy
# needs: grub-qcow2
# set: full
# dom0: debian
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/packages-common.sh

first=docs/admin/install.md
disk=$WORK/guest.qcow2
disk_sum=$(sed -n 's/ disk$//p' /payload/guests/grub-qcow2.sums)

# open_console COMMAND: run the documented command in a terminal.
open_console() {
  expect_documented "$first" "$1"
  note "# $1"
  screen_tmux new-session -d -x 160 -y 50 "exec $1"
  await 20 "$1: does not start" screen_is_raw
}

reason='^xenpv: boot: xvde: its first sector has no boot signature$'
has_reason() { xenpv-hookd --log pv-only 2>&1 | grep "$reason" > /dev/null; }
is_gone() { ! xl domid pv-only > /dev/null 2>&1; }
at_end() {
  keep_journal
  xl destroy pv-only > /dev/null 2>&1 || true
  remove_packages
}

# An administrator has a bridge for the guests, and a disk. This one has the format qcow2.
ip link add xenbr0 type bridge
ip link set xenbr0 up
cp /payload/guests/grub-qcow2.img "$disk"

cd /payload/debs || exit
documented "$first" 'apt install ./seabios-xenpv_*.deb ./xenpv-hookd_*.deb ./seabios-xenpv-doc_*.deb'
expect_daemon
mkdir "$WORK/etc"
cd "$WORK/etc" || exit
documented "$first" 'cp /usr/share/doc/seabios-xenpv/examples/pv-only.cfg .'

note "the disk, with the example's format"
sed -i "s|target=/dev/vg/pv-only|target=$disk|" pv-only.cfg
documented "$first" 'xl create pv-only.cfg'
open_console 'xl console -t pv pv-only'
screen_await_line 'Boot failed: not a bootable disk'
screen_close
await 60 "no reason in the firmware's log" has_reason
documented "$first" 'xenpv-hookd --log pv-only'
expect_line "$OUT/command" "$reason"
expect_explained 'boot: NAME: its first sector has no boot signature.: the disk is empty, or its image has another$'
documented "$first" 'xl destroy pv-only'

note "the remedy: the format that the disk has"
sed -i 's/format=raw/format=qcow2/' pv-only.cfg
documented "$first" 'xl create pv-only.cfg'
open_console 'xl console -t serial pv-only'
screen_await_until 360 "Linux does not start" screen_has_had '^userland: holding'
screen_has_had "^userland: sum xvde $disk_sum " || screen_fail "Linux has read other data"
documented "$first" 'xenpv-hookd --status pv-only'
cp "$OUT/command" "$OUT/status"
expect_line "$OUT/status" '^  51776 +xvde +4 Connected +4 Connected +-$'
expect_line "$OUT/status" 'last hand-over: 20[0-9-]* [0-9:]*, at a read of port 0x10$'
expect_line "$OUT/status" 'the guest waited [0-9]+ ms; 1 of 1 disks closed$'
documented "$first" 'journalctl -u xenpv-hookd'
expect_line "$OUT/command" 'handed over: trigger=0x10/read disks=1 closed=1'
documented "$first" 'xl shutdown pv-only'
await 60 "the guest does not shut down" is_gone
screen_close
expect_no_failed_units
