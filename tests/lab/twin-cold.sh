#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the emulated disk is never read while PV serves the drive, so QEMU's cache stays cold
# set: full
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# Print for each emulated hard disk its name in QEMU and its number of reads and writes.
cat > "$WORK/statistics" << 'END'
xl qemu-monitor-command "$1" 'info blockstats' | tr -d '\r' |
  sed -nE 's/^((ide[0-9]-hd|ahcidisk-|scsi[0-9]-hd)[^: ]*)[^:]*:.* rd_operations=([0-9]+) wr_operations=([0-9]+).*/\1 \3 \4/p'
END

# play NAME ROM DISKS VM_CONFIG_ARGUMENT...: write the statistics of DISKS disks to OUT/NAME.before,
# taken before the guest runs, and to OUT/NAME.after, taken when its program has read them.
play() {
  local name=$1 rom=$2 disks=$3
  shift 3
  vm_config "$WORK/vm.cfg" bios="$rom" "$@"
  vm_run -o "$OUT/$name" -u '^DONE ' -p "$(wish "${mode:-strict}")
    ${before:-true}
    bash $WORK/statistics \$DOMID > $OUT/$name.before
    $(when_waiting "$name" "bash $WORK/statistics \$DOMID > $OUT/$name.after")" "$WORK/vm.cfg"
  expect_same "$name: disks in QEMU" "$disks" "$(wc -l < "$OUT/$name.before")"
  expect_same "$name: disks in QEMU afterwards" "$disks" "$(wc -l < "$OUT/$name.after")"
  expect_line "$OUT/$name/serial" "^L $(printf %x $((0x80 + disks - 1))) end carry=0" "$name: not all disks were read"
}

expect_cold() {
  expect_same "$1: operations of the emulated disks" "$(cat "$OUT/$1.before")" "$(cat "$OUT/$1.after")"
}

program_image list wait "$WORK/boot.img"
data_image "$WORK/data.img"
disks=(disk="format=raw,vdev=hda,access=rw,target=$WORK/boot.img" disk="format=raw,vdev=hdb,access=rw,target=$WORK/data.img")
scsi=(disk="format=raw,vdev=sda,access=rw,target=$WORK/boot.img" disk="format=raw,vdev=sdb,access=rw,target=$WORK/data.img")

# The statistics have to show reads.
play stock "$STOCK_BIOS" 2 "${disks[@]}"
! cmp -s "$OUT/stock.before" "$OUT/stock.after" || fail "QEMU's statistics do not show what stock SeaBIOS reads"
play ide "$BIOS" 2 "${disks[@]}"
expect_cold ide
[[ $FULL == 1 ]] || exit 0
play ahci "$BIOS" 2 "${disks[@]}" 'hdtype="ahci"'
expect_cold ahci
play scsi "$BIOS" 2 "${scsi[@]}"
expect_cold scsi
# A second PV disk at hda's location, which does not connect, does not affect the first one.
before="bash /payload/tests/dead-disks.sh $((202 << 8))" play same-location "$BIOS" 2 "${disks[@]}"
xenstore-rm /local/domain/0/backend/absent
expect_line "$OUT/same-location/debug" 'xvda: left to the emulated drive'
expect_cold same-location
