#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: disks that are resized, detached and attached again while a guest reads them never hang it, and the others go on
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/pvh-common.sh

# The program reads a sector of each data drive in turn, about once a second, and checks the data.
turns=44 mib=24
modes=(strict linger)
[[ $FULL == 1 ]] || modes=(strict)

log=/var/log/xen/hypervisor.log

# What the program prints; a PVH guest has no serial port.
output() {
  if [[ $GUEST_TYPE == pvh ]]; then sed -nE "s/^\(d$(id_of "$1")\) ?//p" "$log"; else cat "$OUT/$1/serial"; fi | tr -d '\r'
}
has_output() { output "$1" | grep -aq "^$2"; }
await_turn() { await 150 "$1 did not get to turn $2" has_output "$1" "TURN $2\$"; }

data_disk() { echo "format=raw,vdev=$2,access=rw,backendtype=$3,target=$WORK/$1-$2.img"; }

# play MODE
play() {
  local name=$1 vdev program=$WORK/$1.img serial=() force=
  mkdir -p "$OUT/$name"
  : > "$OUT/$name/serial"
  cp /payload/guests/chances.img "$program"
  printf 'turns=%u ' $turns | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  for vdev in xvdf xvdg xvdh; do cp "$WORK/pattern" "$WORK/$name-$vdev.img"; done
  [[ $GUEST_TYPE == pvh ]] || serial=("serial=\"file:$OUT/$name/serial\"")
  vm_config "$WORK/$name.cfg" name="$name" vnc=0 sdl=0 usb=0 on_poweroff='"preserve"' \
    "${serial[@]}" \
    disk="format=raw,vdev=xvde,access=rw,target=$program" disk="$(data_disk "$name" xvdf phy)" \
    disk="$(data_disk "$name" xvdg phy)" disk="$(data_disk "$name" xvdh qdisk)"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 ||
    fail "$name could not be created: $(last_line "$OUT/$name/create.log")"
  find_guest "$name"
  xenstore-write "/local/domain/$(id_of "$name")/platform/xenpv-handover" "$name"
  xl unpause "$(id_of "$name")"

  # xvdg grows, with its loop device.
  await_turn "$name" 2
  truncate -s $((2 * mib))M "$WORK/$name-xvdg.img"
  losetup -c "$(losetup -n -O NAME -j "$WORK/$name-xvdg.img")"
  # xvdf is detached: in strict mode the guest's next call lets it go; an open one needs force.
  await_turn "$name" 5
  [[ $name == strict ]] || force=--force
  echo "$SECONDS detach" >> "$OUT/$name/steps"
  timeout 60 xl block-detach $force "$(id_of "$name")" xvdf > "$OUT/$name/detach" 2>&1 ||
    fail "$name: xvdf is not detached: $(last_line "$OUT/$name/detach")"
  echo "$SECONDS detached" >> "$OUT/$name/steps"
  ! xenstore-exists "/local/domain/$(id_of "$name")/device/vbd/51792" || fail "$name: xvdf is not detached: $(cat "$OUT/$name/detach")"
  output "$name" | grep -a '^TURN' | tail -n 1 > "$OUT/$name/turn-detached"
  await_turn "$name" $(($(tr -dc 0-9 < "$OUT/$name/turn-detached") + 3))
  ! xenstore-exists "/local/domain/$(id_of "$name")/device/vbd/51792" || fail "$name: the guest has made the directory again"
  timeout 60 xl block-attach "$(id_of "$name")" "$(data_disk "$name" xvdf phy)" > "$OUT/$name/attach" 2>&1 ||
    fail "$name: xvdf is not attached again: $(last_line "$OUT/$name/attach")"
  # One more, which the BIOS does not know.
  cp "$WORK/pattern" "$WORK/$name-xvdi.img"
  timeout 60 xl block-attach "$(id_of "$name")" "$(data_disk "$name" xvdi qdisk)" >> "$OUT/$name/attach" 2>&1 ||
    fail "$name: xvdi is not attached: $(last_line "$OUT/$name/attach")"

  await 200 "$name does not end" has_output "$name" DONE
  output "$name" > "$OUT/$name/output"
  sed -nE "s/^\(d$(id_of "$name")\) ?//p" "$log" | tr -d '\r' > "$OUT/$name/debug"
  sed -n '/^C /p' "$OUT/$name/output"
  end_guest "$name"

  expect_line "$OUT/$name/output" '^DONE passed=[1-9][0-9]* failed=0' "$name: $(grep -m1 ^FAIL "$OUT/$name/output" || true)"
  # The boot disk and xvdf to xvdh have drives, and no other.
  expect_same "$name: data drives" 3 "$(grep -c '^C ' "$OUT/$name/output")"
  expect_line "$OUT/$name/output" '^C 82( 00)+$' "$name: reads of the disk that grows fail"
  expect_line "$OUT/$name/output" '^C 83( 00)+$' "$name: reads of a disk that does not change fail"
  expect_line "$OUT/$name/output" '^C 81 00( 00)*( aa)+( 00)+$' "$name: xvdf does not fail once and work again"
  # The first call after the detachment says what it finds, and those after it do not repeat it: xl has removed the
  # disk, or is about to, and its backend is closing.
  expect_line "$OUT/$name/debug" 'xenpv: xvdf: not used: (the toolstack has detached it: ENOENT|its backend refused: ECONNREFUSED)' \
    "$name: the firmware does not say why xvdf fails"
  if [[ $name == strict ]]; then
    expect_line "$OUT/$name/debug" "xenpv: xvdg: its size is now $((2 * mib)) MiB"
  fi
}

/payload/bin/pattern-disk count "$WORK/pattern" $mib > /dev/null
for mode in "${modes[@]}"; do play "$mode"; done
[[ $GUEST_TYPE == pvh ]] || in_pvh pvh disks-change FULL=0
