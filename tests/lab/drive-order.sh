#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the drives of PV-only disks follow the emulated ones, in the order of their names
# set: full
. /payload/tests/lib.sh

sector_bytes=512

# disk VDEV FILE: write the name of the disk into its last sector, print its specification.
disk() {
  local sectors=$(($(stat -c %s "$2") / sector_bytes))
  printf '%s' "$1" | dd of="$2" bs=$sector_bytes seek=$((sectors - 1)) conv=notrunc,sync 2> /dev/null
  echo "format=raw,vdev=$1,access=rw,target=$2"
}

# order NAME EXPECTED [VM_CONFIG ARGUMENT]...: the drives from 80h on are these disks.
order() {
  local name=$1 expected=$2 vdev disks=() got
  shift 2
  for vdev in xvdaa xvdz xvdg xvdf xvde xvdb; do
    truncate -s 4M "$WORK/$vdev"
    disks+=("disk=$(disk "$vdev" "$WORK/$vdev")")
  done
  disks+=("disk=$(disk hda "$(image order)")")
  vm_config "$WORK/vm.cfg" "${disks[@]}" "$@"
  vm_run -u '^DONE ' -o "$OUT/$name" "$WORK/vm.cfg"
  got=$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$name/$GUEST_LOG" | tr -d '\r' | tr '\n' ' ')
  expect_same "$name" "$expected" "${got% }"
  expect_line "$OUT/$name/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "a read failed"
}

# A PVH guest has no emulated disk.
if [[ $GUEST_TYPE == pvh ]]; then
  order pvh "hda xvdb xvde xvdf xvdg xvdz xvdaa"
  expect_line "$OUT/pvh/debug" 'hda: connected in '
  expect_line "$OUT/pvh/debug" 'xvdb: connected in '
  expect_no_line "$OUT/pvh/debug" 'serves the emulated drive too|left to the emulated'
  exit 0
fi
# The toolstack emulates four disks on IDE, six on AHCI.
order ide "hda xvdb xvde xvdf xvdg xvdz xvdaa"
expect_line "$OUT/ide/debug" 'Press ESC for boot menu'
expect_line "$OUT/ide/debug" 'xvdb: serves the emulated drive too'
order ahci "hda xvdb xvde xvdf xvdg xvdz xvdaa" 'hdtype="ahci"'
expect_line "$OUT/ahci/debug" 'xvdf: serves the emulated drive too'
expect_line "$OUT/ahci/debug" 'xvdg: connected in '
