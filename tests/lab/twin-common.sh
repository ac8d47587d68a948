# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about disks that are emulated as well as PV. Sourced after lib.sh.

sector_bytes=512

# The debug line of a disk whose emulated drive is served by its PV disk.
served() { echo "$1: serves the emulated drive"; }

# program_image NAME PARAMETERS FILE [MIB]: the guest program NAME on a disk of that size, with random
# data behind it.
program_image() {
  local name=$1 parameters=$2 file=$3 mib=${4:-2}
  cp "/payload/guests/$name.img" "$file"
  dd if=/dev/urandom of="$file" bs=64K seek=1 count=$((mib * 16 - 1)) conv=notrunc status=none
  printf '%s' "$parameters" | dd of="$file" bs=$sector_bytes seek=1 conv=notrunc status=none
}

data_image() { dd if=/dev/urandom of="$1" bs=1M count="${2:-2}" status=none; }
