#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a DOS of your own reaches PV disks through its own memory manager, in strict and in hook mode
# needs: dos-image
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it
limit_s=900

# play NAME MODE VDEV: boot a copy of the image. DOS itself checks what it has read and written.
play() {
  local name=$1 dir=$OUT/$1 disk=$WORK/disk.img started=$SECONDS
  cp /payload/guests/dos-image.img "$disk"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$3,access=rw,target=$disk"
  vm_run -a 1 -l $limit_s -o "$dir" -u '^(DONE|FAIL)' -p "$(wish "$2")" "$WORK/vm.cfg"
  grep -a 'virtual 8086 mode' "$dir/debug" || true
  expect_no_line "$dir/serial" '^FAIL' "$name: DOS reports an error"
  expect_line "$dir/debug" "hand-over: $2" "$name: not in $2 mode"
  expect_line "$dir/debug" 'virtual 8086 mode: through VCPI' "$name: no call came through VCPI"
  expect_no_line "$dir/debug" 'virtual 8086 mode: (no|the) ' "$name: a call was refused"
  expect_no_line "$dir/debug" 'served by the emulated disk from now on' "$name: PV was left"
  note "$name: $((SECONDS - started)) s"
}

start_hook
for mode in strict hook; do
  play "$mode-alone" $mode xvde
  play "$mode-twin" $mode hda
  expect_line "$OUT/$mode-twin/debug" 'hda: serves the emulated drive' "$mode-twin: PV does not serve hda"
done
