#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that lives on int13 starts Linux as LOADLIN does, and Linux finds its disks closed
# set: full
# needs: linux
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/handover-common.sh
. /payload/tests/handover-linux-common.sh
. /payload/tests/store-log-common.sh

# The boot disk: the program with its volume (in sectors), Linux, and a rest that CHS need not reach.
volume_start=256
volume_end=4096
rest_mib=1
file_kib=128 # of the file that the program copies: more than 64 writes on each disk

head -c $((file_kib * 1024)) /dev/urandom > "$WORK/source"
source_sum=$(sha256sum < "$WORK/source" | cut -d' ' -f1)

le32() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }

# make_volume DISK: put a FAT12 volume on it, with the file, and a partition table that names it.
make_volume() {
  /payload/bin/fat-volume make "$1" "$WORK/source"
  # Not active, CHS "use LBA", type 01h (FAT12), start, length.
  printf '%b' "\\x00\\xfe\\xff\\xff\\x01\\xfe\\xff\\xff$(le32 $volume_start)$(le32 $((volume_end - volume_start)))\\x00" |
    dd of="$1" bs=1 seek=446 conv=notrunc status=none
  printf '\x55\xaa' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
}

# make_disks ENTRY: the program's disk with Linux behind the volume, and the second disk.
make_disks() {
  local linux=/payload/guests/linux kernel initrd disk
  kernel=$(sed -n 's/ kernel$//p' "$linux.sums")
  initrd=$(sed -n 's/ initrd$//p' "$linux.sums")
  disk=$(image loadlin)
  printf '%s' "entry=$1 kernel=$volume_end kernel_bytes=$kernel" \
    " initrd=$((volume_end + (kernel + 511) / 512)) initrd_bytes=$initrd" \
    " arguments=console=ttyS0 console=hvc0 quiet panic=-1 mitigations=off" |
    dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  make_volume "$disk"
  cat "$linux.img" >> "$disk"
  truncate -s "+${rest_mib}M" "$disk"
  rm -f "$WORK/second.img"
  truncate -s $((volume_end * 512)) "$WORK/second.img"
  make_volume "$WORK/second.img"
}

# What the guest's disks are when Linux makes its first request to xenstored, which begins with a
# watch (the firmware has none): for each disk its states and the number of keys that are not the
# toolstack's. The log of xenstored has the requests in the order in which they are done.
disks_at_start() {
  awk -v id="$1" '
    $1 == "IN" && $NF ~ /\)$/ { sub(/\)$/, "") }
    $1 != "IN" { next }
    { path = substr($6, 2); sub("^/local/domain/(" id "|0)/", "", path) }
    path ~ "^device/vbd/[0-9]+/" && $5 == "WRITE" && substr($6, 2) == path { guest = $2 }
    guest && $2 == guest && $5 ~ /WATCH/ { seen = 1; exit }
    split(path, part, "/") && path ~ "^device/vbd/[0-9]+/" {
      disk = part[3]
      if (part[4] == "state") { if ($5 == "WRITE") frontend[disk] = $7; }
      else if ($5 == "WRITE") keys[disk, part[4]] = 1
      else if ($5 == "RM") delete keys[disk, part[4]]
    }
    path ~ "^backend/(vbd|qdisk)/" id "/[0-9]+/state$" && $5 == "WRITE" { backend[part[4]] = $7 }
    END {
      if (!seen) print "Linux made no request"
      for (disk in frontend) {
        left = 0
        for (key in keys) { split(key, pair, SUBSEP); left += pair[1] == disk }
        print disk ": " frontend[disk] " " backend[disk] ", " left " keys"
      }
    }' "$OUT/store" | sort
}

# starts NAME ENTRY: the program copies its files on both disks, each on another backend,
# and starts Linux. What Linux finds goes to found.
starts() {
  local name=$1 disk before started=$SECONDS OUT=$OUT/$1
  mkdir -p "$OUT"
  make_disks "$2"
  disk=$WORK/loadlin.img
  before="$(log_store "$OUT/store"); $(inspect_while_it_holds) $(wish strict)"
  vm_config "$WORK/vm.cfg" memory=256 \
    disk="format=raw,vdev=xvde,access=rw,target=$disk" \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/second.img"
  boot_grub_disk "$WORK/vm.cfg" -l 700 -a 1 -o "$OUT" -p "$before"
  end_store_log "$OUT/store"
  sync
  found=$(disks_at_start "$(< "$OUT/domid")")
  expect_same "$name: how the guest stopped" poweroff "$(cat "$OUT/reason")"
  expect_line "$OUT/debug" 'hand-over: the system lives on int13'
  expect_line "$OUT/serial" '^loadlin: enters Linux'
  expect_line "$OUT/serial" "userland: read xvde $source_sum " "$name: Linux read another file from xvde"
  expect_line "$OUT/serial" "userland: read xvdf $source_sum " "$name: Linux read another file from xvdf"
  head -c $((volume_end * 512)) "$disk" > "$WORK/first.img"
  for disk in first second; do
    /payload/bin/fat-volume check "$WORK/$disk.img" "$WORK/source" 3 || fail "$name: the volume of the $disk disk is wrong"
  done
  note "$name ($((SECONDS - started)) s): ${found//$'\n'/; }"
}

# finds_closed NAME LINE: they were as the toolstack has made them, nothing of the firmware is left, and
# Linux had no trouble. LINE of the firmware's log tells why it has closed them; it logs that only of
# disks that stay open.
finds_closed() {
  local OUT=$OUT/$1
  expect_same "$1: what Linux found" "$closed" "$found"
  expect_line "$OUT/debug" "$2"
  expect_line "$OUT/serial" 'userland: up, 2 disks'
  expect_no_line "$OUT/console" 'XENBUS: (frontend|backend|Timeout|Waiting)|blkfront.*(error|fail)|I/O error|[Tt]imed? ?out' \
    "$1: Linux had trouble with a disk"
  expect_only_linux_shares
}

# finds_open NAME: the firmware has not closed them, and Linux has reset both.
finds_open() {
  local OUT=$OUT/$1
  expect_same "$1: what Linux found" "$open" "$found"
  expect_same "$1: disks that Linux has reset" 2 "$(grep -c 'triggering reconnect' "$OUT/console")"
  expect_no_line "$OUT/debug" 'hand-over: (a system may start|the disks are closed)'
}

closed=$'51776: 1 2, 0 keys\n51792: 1 2, 0 keys'
open=$'51776: 4 4, 5 keys\n51792: 4 4, 5 keys'

# The 16-bit code of Linux for amd64 announces itself, and asks about memory. That for i386 only asks:
# in the second guest, the announcement does not reach the firmware.
starts announced 16bit
finds_closed announced 'hand-over: the disks are closed after each call from now on: an operating system has announced itself'
starts asked '16bit hide'
finds_closed asked 'hand-over: a system may start: the disks are closed after each call'
for name in announced asked; do expect_unconnected_ports "$name" 0; done

# The window: by its 32-bit entry Linux asks the BIOS for nothing. No data is lost.
starts silent 32bit
finds_open silent
