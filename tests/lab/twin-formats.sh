#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a qcow2 or vhd image that is emulated as well is only used by the emulated drive; as a PV-only disk it is served
# set: full
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

file_kib=96
real=$(printf 'b%.0s' {1..70})
head -c $((file_kib * 1024)) /dev/urandom > "$WORK/source"

# make_disk FORMAT FILE CALLS: make an image of this format with the DOS-like program and its
# volume. A qcow2 image is an overlay over a raw one, so that each write takes a new cluster.
make_disk() {
  program_image dos "calls=$3 " "$2.raw"
  /payload/bin/fat-volume make "$2.raw" "$WORK/source"
  case $1 in
    qcow2) qemu-img create -q -f qcow2 -b "$2.raw" -F raw "$2" ;;
    vhd) qemu-img convert -O vpc -o subformat=dynamic,force_size=on "$2.raw" "$2" ;;
  esac
}

# check_tables NAME FORMAT: print the first inconsistency in the image, or nothing.
check_tables() {
  local tries=0
  # QEMU writes the rest of the tables when it ends.
  while pidof xen-qemu-system-i386 > /dev/null && ((tries++ < 100)); do sleep 0.2; done
  if [[ $2 == qcow2 ]] && ! qemu-img check -f qcow2 "$WORK/$1.img" > "$OUT/$1/check" 2>&1; then
    grep -m 1 -E 'leaked clusters|errors were|Error|ERROR' "$OUT/$1/check" || last_line "$OUT/$1/check"
  fi
}

# check_disk NAME FORMAT: the image has the copy, and the tables of the format are consistent.
check_disk() {
  expect_same "$1: qemu-img check" "" "$(check_tables "$1" "$2")"
  qemu-img convert -f "${2/vhd/vpc}" -O raw "$WORK/$1.img" "$WORK/after"
  /payload/bin/fat-volume check "$WORK/after" "$WORK/source" 2 > "$OUT/$1/volume" ||
    fail "$1: the volume is wrong: $(head -n 1 "$OUT/$1/volume")"
}

# play NAME FORMAT VDEV CALLS [VM_CONFIG ARGUMENT]...: a guest copies the file, without an error.
play() {
  local name=$1 format=$2 vdev=$3 calls=$4
  shift 4
  make_disk "$format" "$WORK/$name.img" "$calls"
  data_image "$WORK/$name.data"
  vm_config "$WORK/vm.cfg" disk="format=$format,vdev=$vdev,access=rw,target=$WORK/$name.img" \
    disk="format=raw,vdev=${vdev%?}${second},access=rw,target=$WORK/$name.data" "$@"
  vm_run -a 1 -l 200 -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
  note "$name: $(last_line "$OUT/$name/serial"); tables: $(check_tables "$name" "$format")"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 '^FAIL' "$OUT/$name/serial" || last_line "$OUT/$name/serial")"
}

# Of the QEMUs that this project knows, only Debian 13's, for Xen 4.20, has no driver for VHD images.
has_vhd() {
  truncate -s 1M "$WORK/empty"
  /usr/libexec/xen-qemu-system-i386 -M none -nodefaults -display none -blockdev "driver=file,filename=$WORK/empty,node-name=f" \
    -blockdev driver=vpc,file=f,node-name=v > "$OUT/vhd-driver" 2>&1 < /dev/null && fail "QEMU opens an empty VHD image"
  ! grep -q "Unknown driver 'vpc'" "$OUT/vhd-driver" || {
    (($(xl info xen_minor) > 17)) || fail "Xen 4.17's QEMU has no driver for VHD images"
    note "QEMU has no driver for VHD images"
    return 1
  }
}

# pv_view NAME [VM_CONFIG ARGUMENT]...: print what an operating system's own PV driver reads from a
# qcow2 disk that int13 has written to. This only informs: it is the same with stock SeaBIOS.
pv_view() {
  local name=$1 result='the same data as'
  shift
  program_image own_drivers "order=none " "$WORK/program"
  data_image "$WORK/base.raw"
  qemu-img create -q -f qcow2 -b "$WORK/base.raw" -F raw "$WORK/base.img"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=hda,access=rw,target=$WORK/program" \
    disk="format=qcow2,vdev=hdb,access=rw,target=$WORK/base.img" "$@"
  vm_run -a 1 -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
  ! grep -aq 'no PV disk has what int13 read of drive 1' "$OUT/$name/serial" || result='other data than'
  note "$name: a PV driver reads $result int13"
  rm "$WORK/base.img"
}

second=b
play emulated qcow2 xvda "${real}vbvbvvbbvb"
note "xvda: $(grep -E '^xenpv: xvda' "$OUT/emulated/debug" | head -n 3)"
check_disk emulated qcow2
expect_line "$OUT/emulated/debug" 'xvda: .*not known to be raw' "the log does not say why xvda is left to the emulated drive"
expect_no_line "$OUT/emulated/debug" 'xvda: connected' "PV opened the image as well"
expect_line "$OUT/emulated/debug" '(xvda|drive 80): .*PV driver' "the log does not warn of writes that a PV driver does not see"
expect_served emulated xvdb

if has_vhd; then
  second=f
  play vhd vhd xvde b
  expect_line "$OUT/vhd/debug" 'xvde: connected in ' "xvde is not served"
  check_disk vhd vhd
  if [[ $FULL == 1 ]]; then
    second=b
    play emulated-vhd vhd hda "${real}vbvbvvbbvb"
    check_disk emulated-vhd vhd
  fi
fi

if [[ $FULL == 1 ]]; then
  pv_view ours
  pv_view stock bios="$STOCK_BIOS"
  second=f
  play qcow2 qcow2 xvde b
  expect_line "$OUT/qcow2/debug" 'xvde: connected in ' "xvde is not served"
  check_disk qcow2 qcow2
  second=b
  play ahci qcow2 hda b 'hdtype="ahci"'
  check_disk ahci qcow2
  expect_no_line "$OUT/ahci/debug" 'hda: connected' "PV opened the image as well"
fi
