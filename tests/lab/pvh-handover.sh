#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: in a PVH guest, systems that only take untouched disks find them untouched, and read and write them: in strict mode, and in hook mode by port and by ACPI
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

# shellcheck disable=SC2034 # own_drivers and expect_takeover read them
own_log=debug boot_vdev=xvda

# expect_pvh NAME LINE PORTS: the firmware has logged its mode in this line, its disks were taken over,
# PORTS of its event channels were left, and the images have what the system wrote.
expect_pvh() {
  local log=$OUT/$1/debug disk frontend sector crc
  local -A images=([device/vbd/51712]=$WORK/own_drivers.img [device/vbd/51792]=$WORK/data.img)
  expect_line "$log" "$2"
  expect_takeover "$1" "$3"
  sync
  expect_same "$1: number of disks written" 2 "$(grep -c '^wrote ' "$log")"
  while read -r _ frontend sector crc; do
    disk=${images[$frontend]:-}
    [[ -n $disk ]] || fail "$1: a disk that the guest does not have: $frontend"
    expect_same "$1: what the system wrote to $frontend" "$crc" \
      "$(/payload/bin/sector-crc32 "$disk" "$sector" 8)"
  done < <(grep '^wrote ' "$log")
}

# No port, no ACPI, no call of the BIOS says that a system begins.
own_drivers never strict 'order=none pvh' type=pvh
expect_pvh never 'hand-over: strict \(strict\)$' 0
# FreeBSD looks for the port first, OpenBSD after it has taken its disks.
own_drivers freebsd auto 'order=freebsd pvh' type=pvh vcpus=2
expect_pvh freebsd 'hand-over: strict \(auto\)$' 0
if [[ $FULL == 1 ]]; then
  own_drivers openbsd strict 'order=late pvh' type=pvh
  expect_pvh openbsd 'hand-over: strict \(strict\)$' 0
fi
# No daemon attends to the guest.
own_drivers alone hook 'order=late pvh' type=pvh
expect_pvh alone 'hand-over: strict \(hook\)$' 0

# hook NAME MODE PARAMETERS TRIGGER [VM_CONFIG ARGUMENT]...: a system in hook mode finds its disks
# closed, because its processor waits for the daemon in this access.
hook() {
  local name=$1 mode=$2 parameters=$3 trigger=$4
  shift 4
  hook_log=$OUT/$name.log
  start_hook
  own_drivers "$name" "$mode" "$parameters pvh" type=pvh "$@"
  stop_hook
  expect_pvh "$name" "hand-over: hook \\($mode\\)$" 2
  expect_line "$hook_log" ": handed over: trigger=$trigger disks=2 closed=2 "
  note "$name: $(sed -n 's/.*handed over: //p' "$hook_log")"
}

# Linux stops looking at the same read as FreeBSD.
hook reads auto order=freebsd 0x10/read vcpus=2
# There is no device model that sees the write.
hook writes hook order=write 0x10/write
hook acpi auto 'order=late acpi=load' 0xea/write
if [[ $FULL == 1 ]]; then
  hook acpi-device auto 'order=none acpi=init' 0xea/write vcpus=4
fi
hook_log=$OUT/hook.log
# The guest's wish overrides the daemon. Without a sign of the system, hook mode closes no disk.
start_hook
own_drivers wished strict 'order=freebsd pvh' type=pvh
expect_pvh wished 'hand-over: strict \(strict\)$' 0
own_drivers unseen hook 'order=none pvh' type=pvh
expect_no_takeover unseen
stop_hook
# This shows that the program detects open disks.
own_drivers linger linger 'order=freebsd pvh' type=pvh
expect_no_takeover linger
