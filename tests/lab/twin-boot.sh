#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: disks on emulated IDE, AHCI and SCSI are served over PV, and a program sees them as with stock SeaBIOS
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

program_image list '' "$WORK/boot.img"
for name in b d e; do data_image "$WORK/$name.img"; done
# These sizes are not whole cylinders.
truncate -s $((3 * 1024 * 1024 + 37 * 512)) "$WORK/b.img"
truncate -s $((40 * 1024 * 1024 + 5 * 512)) "$WORK/d.img"
dd if=/dev/urandom of="$WORK/cd.iso" bs=1M count=1 status=none

disk() { echo "disk=format=raw,vdev=$1,access=rw${backend:+,backendtype=$backend},target=$WORK/$2.img"; }
cd_rom() { echo "disk=format=raw,vdev=$1,access=ro,devtype=cdrom,target=$WORK/cd.iso"; }

# play ROM NAME VM_CONFIG_ARGUMENT...: write the program's lines about each drive to
# OUT/NAME-ROM/lines.
play() {
  local rom=$1 out=$OUT/$2-$1
  shift 2
  vm_config "$WORK/vm.cfg" bios="$([[ $rom == stock ]] && echo "$STOCK_BIOS" || echo "$BIOS")" "$@"
  vm_run -o "$out" -u '^DONE ' -p "$(wish "${mode:-strict}")" "$WORK/vm.cfg"
  tr -d '\r' < "$out/serial" | grep -a '^L ' > "$out/lines"
  [[ $rom == stock ]] || expect_line "$out/debug" "xenpv: hand-over: ${mode:-strict} "
}

# expect_read DIR VDEV...: the program has read the last of these disks.
expect_read() {
  local dir=$1
  shift
  expect_line "$OUT/$dir/lines" "^L $(printf %x $((0x80 + $# - 1))) end carry=0" "$dir: the last disk was not read"
}

# expect_backend DIR VDEV...: these disks are on the backend that the guest's configuration names.
expect_backend() {
  local dir=$1 vdev kind=vbd
  shift
  [[ ${backend:-phy} != qdisk ]] || kind=qdisk
  for vdev in "$@"; do expect_line "$OUT/$dir/debug" "xenpv: $vdev: connected in .* backend .*/backend/$kind/"; done
}

# serve NAME "VDEV..." VM_CONFIG_ARGUMENT...: these disks are served over PV.
serve() {
  local name=$1 vdevs=$2
  shift 2
  play ours "$name" "$@"
  # shellcheck disable=SC2086 # a list
  {
    expect_read "$name-ours" $vdevs
    expect_served "$name-ours" $vdevs
    expect_backend "$name-ours" $vdevs
  }
}

# compare NAME "VDEV..." VM_CONFIG_ARGUMENT...: the same, and the program sees what it sees with
# stock SeaBIOS.
compare() {
  local name=$1 vdevs=$2
  play stock "$name" "${@:3}"
  # shellcheck disable=SC2086 # a list
  expect_read "$name-stock" $vdevs
  serve "$@"
  diff "$OUT/$name-stock/lines" "$OUT/$name-ours/lines" > "$OUT/$name-differences" ||
    fail "$name: differs from stock SeaBIOS: $(grep -m1 '^[<>]' "$OUT/$name-differences")"
}

# ahci COMMAND NAME, scsi COMMAND NAME: serve or compare with these disks.
ahci() { "$1" "$2" "hda xvdb xvdf" "$(disk hda boot)" "$(disk xvdb b)" "$(cd_rom hdd)" "$(disk xvdf d)" 'hdtype="ahci"'; }
scsi() { "$1" "$2" "sda sdc" "$(disk sda boot)" "$(disk sdc d)"; }

compare ide "xvda hdb hdd" "$(disk xvda boot)" "$(disk hdb b)" "$(cd_rom hdc)" "$(disk hdd d)"
if [[ $FULL != 1 ]]; then
  ahci serve ahci
else
  ahci compare ahci
  scsi compare scsi
  compare one "hda" "$(disk hda boot)"
  # The order of the names is not that of the configuration.
  compare reversed "hda hdb hdc hdd" "$(disk hdd e)" "$(disk hdc d)" "$(disk hdb b)" "$(disk hda boot)"
  mode=linger
  compare linger "xvda hdb hdd" "$(disk xvda boot)" "$(disk hdb b)" "$(disk hdd d)"
  ahci serve ahci-linger
  scsi serve scsi-linger
  mode=strict
  backend=qdisk
  compare qdisk "xvda hdb hdd" "$(disk xvda boot)" "$(disk hdb b)" "$(disk hdd d)"
  scsi serve scsi-qdisk
  mode=linger
  ahci serve ahci-qdisk-linger
  scsi serve scsi-qdisk-linger
  mode=strict backend=
  compare mixed "hda sda" "$(disk hda boot)" "$(disk sda b)"
fi
