#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: of forty disks sixteen get drives: those that the option boot names, then those with the lowest names, wherever the toolstack lists them
# also: oxenstored
. /payload/tests/lib.sh

sector_bytes=512
room=16 count=40
letters=({a..z})

# name_of INDEX, number_of INDEX: of the disk with this index. Disks from the seventeenth on have
# another numbering.
name_of() {
  if (($1 < 26)); then echo "xvd${letters[$1]}"; else echo "xvd${letters[$1 / 26 - 1]}${letters[$1 % 26]}"; fi
}
number_of() { if (($1 < 16)); then echo $((202 << 8 | $1 << 4)); else echo $((1 << 28 | $1 << 8)); fi; }

# The toolstack would take minutes to make all these disks. It makes four, two of each kind, of which
# one each gets no drive.
disks=() made=() names=()
for ((index = 4; index < 4 + count; index++)); do
  name=$(name_of $index) file=$WORK/$index.img
  names+=("$name")
  cp /payload/guests/order.img "$file"
  truncate -s 2M "$file"
  printf '%s' "$name" | dd of="$file" bs=$sector_bytes seek=$((2 * 2048 - 1)) conv=notrunc status=none
  case $name in
    xvdf | xvdad) made+=("disk=format=raw,vdev=$name,access=rw,backendtype=phy,target=$file") ;;
    xvdg | xvdae) made+=("disk=format=raw,vdev=$name,access=rw,backendtype=qdisk,target=$file") ;;
    # Not in the order of their names: xenstored lists them as they are added.
    *) if ((index % 2)); then disks+=("$(number_of $index)=none,file=$file"); else disks=("$(number_of $index)=none,file=$file" "${disks[@]}"); fi ;;
  esac
done

# play LABEL BOOT DRIVES: start a guest with this option boot; the names of its drives are DRIVES, and
# the first of the others is the first name that is not among them.
play() {
  local label=$1 boot=$2 drives=$3 name left=()
  # A PVH guest may be small.
  vm_config "$WORK/vm.cfg" memory="$([[ $GUEST_TYPE == pvh ]] && echo 16 || echo 64)" "${made[@]}"
  vm_run -a 1 -o "$OUT/$label" -u '^DONE |No bootable device' \
    -p "xenstore-write /local/domain/\$DOMID/platform/xenpv-boot '$boot'
      /payload/bin/hostile-backend \$DOMID ${disks[*]} > $OUT/$label.backend 2>&1" "$WORK/vm.cfg"
  killall hostile-backend 2> /dev/null || true
  expect_no_line "$OUT/$label/debug" 'No bootable device' "$label: no disk boots"

  expect_same "$label: drives" "$drives" "$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$label/$GUEST_LOG" | tr -d '\r' | xargs)"
  expect_line "$OUT/$label/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "$label: a read failed"
  expect_line "$OUT/$label/debug" "^xenpv: $room of $room PV disks ready"
  for name in "${names[@]}"; do [[ " $drives " == *" $name "* ]] || left+=("$name"); done
  # One line for all that are left alone, and no other word about them.
  expect_line "$OUT/$label/debug" "^xenpv: ${left[0]} and $((count - room - 1)) more: skipped: more than $room disks"
  expect_same "$label: lines about skipped disks" 1 "$(grep -ac skipped "$OUT/$label/debug")"
  expect_same "$label: connected" "$(tr ' ' '\n' <<< "$drives" | sort | xargs)" \
    "$(sed -nE 's/^xenpv: (xvd[a-z]+): connected in .*/\1/p' "$OUT/$label/debug" | sort -u | xargs)"
  for name in "${left[@]:1}"; do expect_no_line "$OUT/$label/debug" "\\b$name\\b"; done
}

# The last disk of all boots.
play listed xvdar,xvdz "xvdar xvdz ${names[*]:0:room - 2}"
if [[ $FULL == 1 ]]; then play names '' "${names[*]:0:room}"; fi
