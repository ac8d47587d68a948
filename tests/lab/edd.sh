#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 48h describes a PV-only drive by EDD 3.0, and Linux' module edd shows what it says
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

# expect_table NAME LOG BUS PATH: the tables of both drives, each with the number of its disk.
expect_table() {
  local log=$OUT/$1/$2 bus=$3 path=$4 drive size number
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 '^FAIL' "$log" || last_line "$log")"
  for drive in 80 81; do
    number=$((51776 + 16 * (drive - 80)))
    expect_line "$log" "^E $drive 26 carry=0 returned=26 dpte=eeeeeeee"
    expect_line "$log" "^E $drive 30 carry=0 returned=30 dpte=ffffffff"
    for size in 66 74; do
      expect_line "$log" "^E $drive $size carry=0 returned=$size dpte=ffffffff"
      expect_line "$log" "^E $drive $size key=bedd length=$((size - 30)) sum=0 bus=$bus interface=XEN {5}"
      expect_line "$log" "^E $drive $size path=$path device=$number"
    done
  done
}

# tables NAME [VM_CONFIG ARGUMENT]...: a guest with two PV-only disks prints their tables.
tables() {
  local name=$1
  shift
  truncate -s 4M "$WORK/second.img"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$(image edd)" \
    disk="format=raw,vdev=xvdf,access=rw,target=$WORK/second.img" "$@"
  vm_run -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
}

tables hvm
expect_table hvm serial 'PCI ' 0000[01][0-9a-f]00
tables no-platform-device xen_platform_pci=0
expect_table no-platform-device serial 'XEN ' 00000000
tables pvh type=pvh
expect_table pvh debug 'XEN ' 00000000

# Linux' 16-bit code calls 48h.
disk=$(image grub-disk)
grub_disk_settings "$disk" entry=16bit stages=boot userland=edd
vm_config "$WORK/vm.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
boot_grub_disk "$WORK/vm.cfg" -o "$OUT/linux"
slot=$(sed -nE 's/^E 80 74 path=0000(..)00 .*/\1/p' "$OUT/hvm/serial" | head -n 1)
slot=00:$slot.0
expect_line "$OUT/linux/serial" "userland: edd int13_dev80 host_bus: PCI +$slot +channel: 0"
expect_line "$OUT/linux/serial" 'userland: edd int13_dev80 interface: XEN +unknown: ca40 0'
expect_line "$OUT/linux/serial" "userland: edd int13_dev80 sectors: $(($(stat -c %s "$disk") / 512))"
expect_line "$OUT/linux/serial" "userland: edd int13_dev80 pci_dev: 0000:$slot"
