#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: calls from v86 mode, as memory managers of DOS make them, do on IDE disks what they do with stock SeaBIOS
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# play NAME STEPS [VM_CONFIG ARGUMENT]...
play() {
  local name=$1 steps=$2
  shift 2
  program_image twin "steps=$steps" "$WORK/a.img"
  data_image "$WORK/b.img"
  cp "$WORK/a.img" "$WORK/a.before"
  cp "$WORK/b.img" "$WORK/b.before"
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=hda,access=rw,target=$WORK/a.img" \
    disk="format=raw,vdev=hdb,access=rw,target=$WORK/b.img" "$@"
  vm_run -a 1 -o "$OUT/$name" -u '^DONE ' "$WORK/vm.cfg"
  /payload/bin/check-sequence "$OUT/$name/serial" "80=$WORK/a.before:$WORK/a.img" \
    "81=$WORK/b.before:$WORK/b.img" ||
    fail "$name: wrong data; the guest says: $(grep -am1 '^FAIL' "$OUT/$name/serial" || last_line "$OUT/$name/serial")"
}

play stock "b0,v0,b1,t1,v1,b1,s0,u0,r0" bios="$STOCK_BIOS"
