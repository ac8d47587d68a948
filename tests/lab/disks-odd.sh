#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: disks of 3 TiB serve their last sectors, one without a sector gets no drive, and names like xvdaa and read-only disks work
# set: full
. /payload/tests/lib.sh
. /payload/tests/pvh-common.sh

sector_bytes=512

# disk VDEV SIZE [OPTIONS]: make a sparse disk with its name in the last sector, and print its
# specification.
disk() {
  local file=$WORK/$1.img
  truncate -s "$2" "$file"
  printf '%s' "$1" | dd of="$file" bs=$sector_bytes seek=$(($(stat -c %s "$file") / sector_bytes - 1)) conv=notrunc status=none
  echo "disk=format=raw,vdev=$1,${3:-access=rw},target=$file"
}

cp /payload/guests/order.img "$WORK/xvde.img"
: > "$WORK/xvdh.img"
vm_config "$WORK/vm.cfg" "$(disk xvde 2M)" \
  "$(disk xvdf 3T access=rw,backendtype=phy)" "$(disk xvdg 3T access=rw,backendtype=qdisk)" \
  disk="format=raw,vdev=xvdh,access=rw,backendtype=phy,target=$WORK/xvdh.img" \
  "$(disk xvdaa 4M)" "$(disk xvdab 4M access=ro)"
vm_run -u '^DONE ' "$WORK/vm.cfg"

expect_same "drives" "xvde xvdf xvdg xvdaa xvdab" "$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$GUEST_LOG" | tr -d '\r' | xargs)"
expect_line "$OUT/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "a read failed"
for vdev in xvdf xvdg; do expect_line "$OUT/debug" "xenpv: $vdev: connected in .*, 3 TiB, read-write"; done
expect_line "$OUT/debug" 'xenpv: xvdab: connected in .*, 4 MiB, read-only'
expect_line "$OUT/debug" 'xenpv: xvdh: invalid size: 0 sectors'
expect_line "$OUT/debug" 'xenpv: 5 of 6 PV disks ready in '

[[ $GUEST_TYPE == pvh ]] || in_pvh pvh disks-odd
