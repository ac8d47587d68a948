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

# data_disk NAME VDEV BACKENDTYPE [IMAGE]
data_disk() { echo "format=raw,vdev=$2,access=rw,backendtype=$3,target=$WORK/${4:-$1-$2}.img"; }

# detach NAME LOG [--force]: take xvdf from the guest. The next call lets a closed disk go; an open one needs force.
detach() {
  echo "$SECONDS detach" >> "$OUT/$1/steps"
  timeout 60 xl block-detach "${@:3}" "$(id_of "$1")" xvdf > "$OUT/$1/$2" 2>&1 ||
    fail "$1: xvdf is not detached: $(last_line "$OUT/$1/$2")"
  echo "$SECONDS detached" >> "$OUT/$1/steps"
  ! xenstore-exists "/local/domain/$(id_of "$1")/device/vbd/51792" || fail "$1: xvdf is not detached: $(cat "$OUT/$1/$2")"
}

# attach NAME LOG DISK
attach() {
  timeout 60 xl block-attach "$(id_of "$1")" "$3" > "$OUT/$1/$2" 2>&1 ||
    fail "$1: not attached: $3: $(last_line "$OUT/$1/$2")"
}

# turns NAME COUNT: wait for so many turns of the program from now on.
turns() { await_turn "$1" $(($(output "$1" | grep -a '^TURN' | tail -n 1 | tr -dc 0-9) + $2)); }

# play MODE
play() {
  local name=$1 vdev program=$WORK/$1.img serial=()
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
  await_turn "$name" 5
  if [[ $name == strict ]]; then detach "$name" detach; else detach "$name" detach --force; fi
  turns "$name" 3
  ! xenstore-exists "/local/domain/$(id_of "$name")/device/vbd/51792" || fail "$name: the guest has made the directory again"
  # Another image comes in its place: the guest reads nothing there, which its checks of the data would show.
  truncate -s ${mib}M "$WORK/$name-other.img"
  attach "$name" attach-other "$(data_disk "$name" xvdf phy "$name-other")"
  turns "$name" 3
  detach "$name" detach-other
  attach "$name" attach "$(data_disk "$name" xvdf phy)"
  # One more, which the BIOS does not know.
  cp "$WORK/pattern" "$WORK/$name-xvdi.img"
  attach "$name" attach-unknown "$(data_disk "$name" xvdi qdisk)"

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
  expect_line "$OUT/$name/debug" 'xenpv: xvdf: not used: its backend has another image: ENODEV' \
    "$name: the firmware does not say that xvdf has another image"
  if [[ $name == strict ]]; then
    expect_line "$OUT/$name/debug" "xenpv: xvdg: its size is now $((2 * mib)) MiB"
  fi
}

/payload/bin/pattern-disk count "$WORK/pattern" $mib > /dev/null
for mode in "${modes[@]}"; do play "$mode"; done
[[ $GUEST_TYPE == pvh ]] || in_pvh pvh disks-change FULL=0
