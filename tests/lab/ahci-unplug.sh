#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what an operating system unplugs is gone from IDE; QEMU 7.2 leaves disks on AHCI, QEMU 10 does not
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# QEMU's emulated hard disks of a guest.
emulated() { monitor "$1" 'info block' | tr -d '\r' | grep -oE '^(ide[0-9]-hd[0-9]|ahcidisk-[0-9])' | xargs; }

# play NAME BEFORE AFTER [VM_CONFIG ARGUMENT]...: a program unplugs as Linux does. The emulated disks
# of the guest are BEFORE, and AFTER the unplug. PV serves the data in any case.
play() {
  local name=$1 before=$2 after=$3
  shift 3
  guest_program=own_drivers boot_vdev=hda hook_guest "$name" 'order=linux' on_poweroff='"preserve"' "$@"
  expect_same "$name: emulated disks" "$before" "$(emulated "$name")"
  xl unpause "$(id_of "$name")"
  await_line "$name" DONE
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/$name/serial" || true)"
  expect_same "$name: emulated disks after the unplug" "$after" "$(emulated "$name")"
  end_guest "$name"
}

play ide "ide0-hd0" ""
left="ahcidisk-0 ahcidisk-5"
version=$(/usr/libexec/xen-qemu-system-i386 --version | sed -nE '1s/.* version ([0-9]+)\..*/\1/p')
((version < 10)) || left=""
play ahci "ahcidisk-0 ahcidisk-5" "$left" hdtype='"ahci"'
