# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For scenarios that boot the GRUB test disk (see tests/lab/make-grub-disk for what it prints).
# Sourced after lib.sh.

# boot_grub_disk CONFIG [VM_RUN OPTION]...: run the guest until it powers off.
boot_grub_disk() {
  local config=$1
  shift
  # In nested emulation a Linux guest takes a minute, more when it has to reset its disk first.
  vm_run -l 360 "$@" "$config"
}

# grub_disk_settings IMAGE KEY=VALUE...: choose what a copy of the disk does (see make-grub-disk).
grub_disk_settings() {
  local image=$1 settings=$'# GRUB Environment Block\n' size=1024
  shift
  settings+=$(printf '%s\n' "$@")$'\n'
  while [[ ${#settings} -lt $size ]]; do settings+='#'; done
  printf '%s' "$settings" | dd of="$image" bs=512 seek=1024 conv=notrunc status=none
}

# expect_grub_disk VDEV: every stage of the boot from a PV disk has printed its line, and GRUB and
# Linux have read what the image holds.
expect_grub_disk() {
  expect_line "$OUT/debug" "$1: connected in " "the ROM did not connect $1"
  expect_grub_boot "$1"
}

# expect_grub_boot VDEV: the same, whichever disk the BIOS read from; VDEV is its name in Linux.
expect_grub_boot() {
  local vdev=$1 sums=/payload/guests/grub-disk.sums disk_sum file_sum
  disk_sum=$(sed -n 's/ disk$//p' "$sums")
  file_sum=$(sed -n 's/ random.bin$//p' "$sums")
  expect_line "$OUT/debug" 'Booting from Hard Disk' "the BIOS did not try to boot from a hard disk"
  expect_line "$OUT/serial" 'grub: menu' "GRUB did not find its configuration"
  expect_line "$OUT/serial" '\(hd0\).*\(hd0,msdos1\)' "GRUB does not list its disk"
  expect_line "$OUT/serial" 'marker.txt.*random.bin|random.bin.*marker.txt' "GRUB does not list the files"
  expect_line "$OUT/serial" 'grub: marker the-disk-is-readable' "GRUB did not read the marker"
  expect_line "$OUT/serial" "$file_sum +/random.bin" "GRUB read a file whose sum is not $file_sum"
  expect_line "$OUT/serial" 'grub: boot' "GRUB did not load the kernel"
  expect_line "$OUT/console" 'Linux version' "no kernel log from the userland"
  expect_line "$OUT/serial" 'userland: up' "the userland did not come up"
  expect_line "$OUT/serial" "userland: disk $vdev " "Linux does not see $vdev"
  expect_line "$OUT/serial" "userland: sum $vdev $disk_sum" "Linux read other data from $vdev"
  expect_line "$OUT/serial" 'userland: (holding|done)' "the userland did not end"
  expect_same "how the guest stopped" poweroff "$(cat "$OUT/reason")"
}
