#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: if there are more disks than drives, those with the lowest names get them, wherever the toolstack lists them
. /payload/tests/lib.sh

sector_bytes=512
names=(xvd{e..v})
room=16

# Unsorted, with the boot disk last. Xenstored lists them in this order.
disks=()
for vdev in xvdv xvdf xvdu xvdg xvdt xvdh xvds xvdi xvdr xvdj xvdq xvdk xvdp xvdl xvdo xvdm xvdn xvde; do
  file=$WORK/$vdev.img
  truncate -s 2M "$file"
  [[ $vdev != xvde ]] || cp /payload/guests/order.img "$file"
  printf '%s' "$vdev" | dd of="$file" bs=$sector_bytes seek=$((2 * 2048 - 1)) conv=notrunc status=none
  disks+=("$vdev=none,file=$file")
done
# The toolstack would take a minute to make these disks.
# A PVH guest may be small.
vm_config "$WORK/vm.cfg" memory="$([[ $GUEST_TYPE == pvh ]] && echo 16 || echo 64)"
vm_run -a 1 -u '^DONE |No bootable device' -p "/payload/bin/hostile-backend \$DOMID ${disks[*]} > $OUT/backend 2>&1" "$WORK/vm.cfg"
killall hostile-backend 2> /dev/null || true
expect_no_line "$OUT/debug" 'No bootable device' "xvde does not boot"

expect_same "drives" "${names[*]:0:room}" "$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$GUEST_LOG" | tr -d '\r' | xargs)"
expect_line "$OUT/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "a read failed"
# The log names the other disks, or the first of them.
expect_line "$OUT/debug" "${names[room]}( and those after it)?: skipped: more than $room disks" "the log does not name ${names[room]}"
expect_line "$OUT/debug" "(${names[room]} and those after it|${names[room + 1]}): skipped" "the log does not name ${names[room + 1]}"
for vdev in "${names[@]:0:room}"; do expect_no_line "$OUT/debug" "$vdev( and those after it)?: skipped"; done
