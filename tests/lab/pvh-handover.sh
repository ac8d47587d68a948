#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: in a PVH guest, systems that only take untouched disks find them untouched, and read and write them, whatever mode is wished
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

# shellcheck disable=SC2034 # own_drivers and expect_takeover read them
own_log=debug boot_vdev=xvda

# expect_pvh NAME LINE: the firmware has logged its mode in this line, its disks were taken over, and
# the images have what the system wrote.
expect_pvh() {
  local log=$OUT/$1/debug disk frontend sector crc
  local -A images=([device/vbd/51712]=$WORK/own_drivers.img [device/vbd/51792]=$WORK/data.img)
  expect_line "$log" "$2"
  expect_takeover "$1" 0
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
expect_pvh never 'hand-over: strict \(strict\)$'
# FreeBSD looks for the port first, OpenBSD after it has taken its disks.
own_drivers freebsd auto 'order=freebsd pvh' type=pvh vcpus=2
expect_pvh freebsd 'hand-over: strict \(auto\)$'
if [[ $FULL == 1 ]]; then
  own_drivers openbsd strict 'order=late pvh' type=pvh
  expect_pvh openbsd 'hand-over: strict \(strict\)$'
fi
# A daemon does not attend to a guest without a device model.
start_hook
own_drivers hook hook 'order=late pvh' type=pvh
expect_pvh hook 'hand-over: strict \(hook\)$'
stop_hook
# This shows that the program detects open disks.
own_drivers linger linger 'order=freebsd pvh' type=pvh
expect_no_takeover linger
