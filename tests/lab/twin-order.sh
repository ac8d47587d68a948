#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: emulated disks, PV-only disks and a CD in any mix have their drives in the order of their names; two that do not agree have two
. /payload/tests/lib.sh

sector_bytes=512

# disk VDEV: make its image with its name in the last sector, print its specification.
disk() {
  local file=$WORK/$1.img
  truncate -s 4M "$file"
  [[ $1 != "$boot" ]] || dd if=/payload/guests/order.img of="$file" conv=notrunc status=none
  printf '%s' "$1" | dd of="$file" bs=$sector_bytes seek=$((4 * 2048 - 1)) conv=notrunc,sync status=none
  echo "disk=format=raw,vdev=$1,access=rw,target=$file"
}

# order NAME "VDEV..." EXPECTED [VM_CONFIG ARGUMENT]...: the disks in the order of the configuration, and
# as the drives from 80h on have to be. The first of those boots.
order() {
  local name=$1 vdevs=$2 expected=$3 boot=${3%% *} vdev disks=() got
  shift 3
  for vdev in $vdevs; do disks+=("$(disk "$vdev")"); done
  vm_config "$WORK/vm.cfg" "${disks[@]}" "$@"
  vm_run -o "$OUT/$name" -u '^DONE ' -p "${before:-true}" "$WORK/vm.cfg"
  got=$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$name/serial" | tr -d '\r' | xargs)
  expect_same "$name" "$expected" "$got"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' "$name: a read failed"
  for vdev in $emulated; do
    expect_line "$OUT/$name/debug" "$vdev: serves the emulated drive" "$name: $vdev is not served over PV"
  done
}

truncate -s 1M "$WORK/cd.iso"
cd_rom="disk=format=raw,vdev=hdc,access=ro,devtype=cdrom,target=$WORK/cd.iso"
emulated="hda hdb hdd"
order ide "xvdz hdd xvdf hdb xvde hda" "hda hdb hdd xvde xvdf xvdz" "$cd_rom"

# An image that has grown since QEMU opened it, and blkback's loop device with it.
cat > "$WORK/grow" << END
truncate -s 5M "$WORK/hda.img"
printf grown | dd of="$WORK/hda.img" bs=$sector_bytes seek=$((5 * 2048 - 1)) conv=notrunc,sync status=none
losetup -c "\$(losetup -n -O NAME -j "$WORK/hda.img")"
END
emulated=
before="bash $WORK/grow" order grown "hda" "hda grown"
expect_line "$OUT/grown/debug" 'hda: gets a drive of its own: the emulated one has 0x0+2000 sectors, not 0x0+2800'
if [[ $FULL == 1 ]]; then
  emulated="hda xvdb xvdd xvdf"
  order ahci "xvdaa xvdg xvdf xvdd xvdb hda" "hda xvdb xvdd xvdf xvdg xvdaa" 'hdtype="ahci"' "$cd_rom"
  emulated="xvda xvdb xvdc xvdd"
  order four "xvdh xvdg xvdf xvde xvdd xvdc xvdb xvda" "xvda xvdb xvdc xvdd xvde xvdf xvdg xvdh"
  # SCSI comes after IDE, as in stock SeaBIOS.
  emulated="hda sda sdb"
  order scsi "sdb xvde sda hda" "hda sda sdb xvde"
  emulated="hdb"
  order second "xvde hdb" "hdb xvde"
  emulated=
  order none "xvdf xvde" "xvde xvdf" "$cd_rom"
fi
