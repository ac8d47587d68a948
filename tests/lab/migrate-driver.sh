#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that reads and writes disks of a driver domain does not notice live migrations, in each mode, and as a PVH guest
# set: full
# needs: dom0-kernel
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/migrate-common.sh
. /payload/tests/driver-common.sh

moves=5
device=xvdm
modprobe xen-blkfront

mkdir -p "$WORK/disks"
fill_disks "$WORK/disks/disk" "$WORK/disks/qdisk"
cp "$WORK/disks/"* "$WORK"
# shellcheck disable=SC2154 # migrate-common.sh has it
make_driver_files "modprobe $null_blk nr_devices=1; cp disk /dev/nullb0; sync"

# fetch TARGET FILE MIB: a disk of the driver domain, read by dom0's own driver, as any guest would.
fetch() {
  xl block-attach 0 "format=raw,vdev=$device,access=ro,backend=driver,backendtype=phy,target=$1" \
    > "$OUT/attach" 2>&1 || fail "dom0 has no disk $1: $(last_line "$OUT/attach")"
  await 30 "dom0 does not connect $1" test -b "/dev/$device"
  dd if="/dev/$device" of="$2" bs=1M count="$3" status=none
  timeout 60 xl block-detach 0 $device > "$OUT/detach" 2>&1 || fail "$1 is not detached: $(last_line "$OUT/detach")"
  await 30 "$1 stays in dom0" no_device
}
no_device() { [[ ! -e /dev/$device ]]; }

# In the lab the QEMU that xl devd starts for a guest may take longer than the firmware waits. The guest goes on when the
# backends are there.
# shellcheck disable=SC2034 # save-common.sh reads it
receive='xl migrate-receive -p'
after_move() {
  local id
  id=$(id_of "$1")
  await 60 "$1: its disk of blkback is not there" key_is "$backends/vbd/$id/51792/state" 2
  await 60 "$1: its disk of QEMU is not there" key_is "$backends/qdisk/$id/51808/state" 2
  xl unpause "$id"
}

start_hook
trap stop_hook EXIT
for name in linger strict hook pvh; do
  # A driver domain keeps the QEMU of each guest that has left: libxl's time for it runs out.
  start_driver driver
  backends=$(id_of driver)/backend mode=$name
  # shellcheck disable=SC2034 # save-common.sh reads it
  [[ $name != pvh ]] || mode=hook default_type=pvh
  play_moves "$name" "$mode" $moves \
    "format=raw,vdev=xvdf,access=rw,backend=driver,backendtype=phy,target=/dev/nullb0" \
    "format=raw,vdev=xvdg,access=rw,backend=driver,backendtype=qdisk,target=/disks/qdisk"
  expect_line "$OUT/$name/debug" "xenpv: xvdf: connected in .*: backend /local/domain/$backends/vbd/"
  expect_line "$OUT/$name/debug" "xenpv: xvdg: connected in .*: backend /local/domain/$backends/qdisk/"
  expect_line "$OUT/$name/debug" "xenpv: hand-over: $mode "
  # shellcheck disable=SC2154 # migrate-common.sh has it
  fetch /dev/nullb0 "$WORK/disk.after" "$disk_mib"
  # shellcheck disable=SC2154
  fetch /disks/qdisk "$WORK/qdisk.after" "$qdisk_mib"
  end_driver driver
  expect_bytes "$name" "$WORK/disk:$WORK/disk.after" "$WORK/qdisk:$WORK/qdisk.after"
done
expect_reconnects linger xvdf $moves
expect_same "pvh: moves that the firmware knows of" $moves "$(grep -c 'xenpv: pvh: resumed' "$OUT/pvh/debug" || true)"
