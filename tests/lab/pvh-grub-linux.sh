#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: in a PVH guest, GRUB on the PV console starts Linux by either entry, with one and more processors; Linux finds its disks closed and clean, uses them, and gets no interrupt of the firmware's
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/boot-common.sh
. /payload/tests/console-common.sh
. /payload/tests/handover-linux-common.sh

# Xenstore, the console and the disks: there is no keyboard.
# shellcheck disable=SC2034 # expect_only_linux_shares reads it
connected_ports=4

is_gone() { ! xenstore-exists "/local/domain/$1"; }

# choose ENTRY: start Linux by this entry of GRUB's menu.
choose() {
  screen_await 'The highlighted entry will be executed automatically in [0-9]+s\.' 120
  [[ $1 == 16bit ]] || screen_keys Down
  screen_await "\*Linux by its ${1%bit}-bit entry"
  screen_keys Enter
  screen_await '^grub: line 29$'
  screen_keys Enter
}

# pvh_linux ENTRY VCPUS: everything is kept in OUT/ENTRY-VCPUS.
pvh_linux() {
  local name=$1-$2 entry=$1 vcpus=$2 disk=$WORK/grub-disk.img id started=$SECONDS
  local log=/var/log/xen/guest-$1-$2.log
  cp /payload/guests/grub-disk.img "$disk"
  grub_disk_settings "$disk" menu=disks userland=pv,root,write,hold
  head -c $((8 * 1024 * 1024)) /dev/urandom > "$WORK/second.img"
  # shellcheck disable=SC2034 # expect_linux_disks reads it
  second_sum=$(sum_of "$WORK/second.img" 1 7)
  console_guest "$name" type=pvh memory=256 vcpus="$vcpus" \
    disk="format=raw,vdev=xvda,access=rw,target=$disk" \
    disk="format=raw,vdev=xvdb,access=rw,backendtype=qdisk,target=$WORK/second.img"
  id=$(id_of "$name")
  screen_open "$name"
  choose "$entry"
  note "$name: GRUB goes on after $((SECONDS - started)) s"

  local OUT=$OUT/$name
  ln -sf "$log" "$OUT/serial"
  inspect_while_it_holds > "$WORK/command"
  (export DOMID=$id; sh "$WORK/command")
  await 300 "$name does not end (console: $(last_line "$log"))" is_gone "$id"
  screen_close
  rm "$OUT/serial"
  tr -d '\r' < "$log" > "$OUT/console"
  grep -a '^userland: ' "$OUT/console" > "$OUT/serial" || fail "$name: Linux' userland prints nothing"
  sync
  expect_line "$OUT/console" 'Booting paravirtualized kernel on Xen PVH' "$name: Linux does not know what the guest is"
  expect_line "$OUT/console" "smp: Brought up 1 node, $vcpus CPU" "$name: not all processors came up"
  expect_line "$OUT/serial" "userland: root $vcpus grub: marker the-disk-is-readable" \
    "$name: $(grep -am1 'userland: root' "$OUT/serial")"
  expect_line "$OUT/serial" "userland: sum xvda $(sed -n 's/ disk$//p' /payload/guests/grub-disk.sums)" \
    "$name: Linux read other data from xvda"
  expect_linux_disks xvda xvdb
  expect_no_line "$OUT/serial" 'userland: done' "$name: Linux ended by itself, and not by xl shutdown"
  expect_only_linux_shares
  expect_unconnected_ports . 0
  # An interrupt of the firmware's timer that is left for Linux, and one that Linux does not know.
  expect_no_line "$OUT/console" 'No irq handler for vector|nobody cared|[Ss]purious'
  expect_line "/var/log/xen/xl-$name.log" "Domain $id has shut down, reason code 0 " "$name did not power off"
  note "$name: $((SECONDS - started)) s"
}

if [[ $FULL == 1 ]]; then
  for vcpus in 1 2 4; do
    pvh_linux 16bit $vcpus
    pvh_linux 32bit $vcpus
  done
else
  pvh_linux 32bit 2
fi
