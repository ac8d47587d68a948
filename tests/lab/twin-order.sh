#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: emulated disks, PV-only disks and a CD get drives in the order of their names; an image whose two views differ in size is only emulated
# set: full
. /payload/tests/lib.sh

sector_bytes=512
partial_bytes=0 # behind the last whole sector of each image
until=(-u '^DONE ')
parameters=''

# disk VDEV: make an image with the name of the disk in its last sector, print its specification.
disk() {
  local file=$WORK/$1.img
  truncate -s $((4 * 2048 * sector_bytes + partial_bytes)) "$file"
  if [[ $1 == "$boot" ]]; then
    dd if=/payload/guests/order.img of="$file" conv=notrunc status=none
    printf '%s' "$parameters" | dd of="$file" bs=$sector_bytes seek=1 conv=notrunc status=none
  fi
  printf '%s' "$1" | dd of="$file" bs=$sector_bytes seek=$(((4 * 2048 * sector_bytes + partial_bytes - 1) / sector_bytes)) \
    conv=notrunc status=none
  echo "disk=format=raw,vdev=$1,access=rw,target=$file"
}

# order NAME "VDEV..." EXPECTED [VM_CONFIG ARGUMENT]...: boot a guest with these disks, in the order
# of the configuration. The drives from 80h on have to be EXPECTED, whose first disk boots.
order() {
  local name=$1 vdevs=$2 expected=$3 boot=${3%% *} vdev disks=() got
  shift 3
  for vdev in $vdevs; do disks+=("$(disk "$vdev")"); done
  vm_config "$WORK/vm.cfg" "${disks[@]}" "$@"
  vm_run -o "$OUT/$name" "${until[@]}" -p "${before:-true}" "$WORK/vm.cfg"
  got=$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$name/serial" | tr -d '\r' | sed 's/^$/without-name/' | xargs)
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

# The command for vm_run -w: when the guest has read everything, record the states of hda's frontend
# and backend, then let the guest end.
cat > "$WORK/inspect" << 'END'
waits=yes
for ((tries = 0; tries < LIMIT * 5; tries++)); do
  if [[ $waits == yes ]] && grep -aq '^WAIT' "$1/serial"; then
    xenstore-read "/local/domain/$DOMID/device/vbd/768/state" "/local/domain/0/backend/vbd/$DOMID/768/state" > "$1/states"
    xl qemu-monitor-command "$DOMID" 'sendkey a' > /dev/null
    waits=no
  fi
  ! grep -aq '^DONE ' "$1/serial" || exit 0
  sleep 0.2
done
exit 1
END

# one_view NAME: the two views of hda differ in size. Only the emulated drive exists, and the PV
# disk is as the toolstack has made it.
one_view() {
  local until=(-w "bash $WORK/inspect $OUT/$1") parameters='wait '
  order "$1" "hda" "hda"
  expect_same "$1: lines with the reason" 1 "$(grep -Ec 'hda: .*left to the emulated drive' "$OUT/$1/debug" || true)"
  expect_no_line "$OUT/$1/debug" 'hda: serves ' "$1: PV is used"
  expect_same "$1: states of the PV disk" "1 2" "$(xargs < "$OUT/$1/states")"
}

# An image that has grown, with blkback's loop device, since QEMU opened it.
cat > "$WORK/grow" << END
truncate -s 5M "$WORK/hda.img"
losetup -c "\$(losetup -n -O NAME -j "$WORK/hda.img")"
END
emulated=
before="bash $WORK/grow" one_view grown
# An image that ends within a sector: QEMU counts this sector, the loop device does not.
partial_bytes=300 one_view partial
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
