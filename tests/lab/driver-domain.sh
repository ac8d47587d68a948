#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests boot from disks of a driver domain; when it hangs or dies, calls fail within limits, and all other disks go on
# set: full
# also: oxenstored
# needs: dom0-kernel
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/handover-common.sh
. /payload/tests/driver-common.sh

mib=24
log=/var/log/xen/hypervisor.log

# The programs read a sector of each data drive in turn, about once a second, and check the data. Of
# the data disks, xvdf and xvdg are the driver domain's, and xvdh is dom0's.
phy_disk() { echo "format=raw,vdev=$1,access=rw,backend=$2,backendtype=phy,target=/disks/pattern"; }
# QEMU locks the image: each guest has its own.
qdisk_disk() { echo "format=raw,vdev=$1,access=rw,backend=$2,backendtype=qdisk,target=/disks/$3.img"; }

# make_guest NAME MODE TURNS: create a guest, paused.
make_guest() {
  local program=$WORK/$1.img
  mkdir -p "$OUT/$1"
  : > "$OUT/$1/serial"
  cp /payload/guests/chances.img "$program"
  printf 'turns=%u ' "$3" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/$1.cfg" name="$1" memory=40 vnc=0 sdl=0 usb=0 serial="\"file:$OUT/$1/serial\"" \
    on_poweroff='"preserve"' disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="$(phy_disk xvdf driver)" disk="$(qdisk_disk xvdg driver "$1")" \
    disk="format=raw,vdev=xvdh,access=rw,target=$WORK/pattern"
  xl create -p "$WORK/$1.cfg" > "$OUT/$1/create.log" 2>&1 ||
    fail "$1 could not be created: $(last_line "$OUT/$1/create.log")"
  find_guest "$1"
  xenstore-write "/local/domain/$(id_of "$1")/platform/xenpv-handover" "$2"
}

unpause() { xl unpause "$(id_of "$1")"; }
await_turn() { await 200 "$1 did not get to turn $2: $(last_line "$OUT/$1/serial")" has_printed "$1" "TURN $2"; }
turn_of() { grep -a '^TURN' "$OUT/$1/serial" | tail -n 1 | tr -dc 0-9; }

# expect_end NAME DRIVES: that guest has come to its end, with so many data drives, and no wrong data.
expect_end() {
  await 300 "$1 does not end: $(last_line "$OUT/$1/serial")" has_printed "$1" DONE
  sed -nE "s/^\(d$(id_of "$1")\) ?//p" "$log" | tr -d '\r' > "$OUT/$1/debug"
  note "$1:"
  tr -d '\r' < "$OUT/$1/serial" | sed -n '/^C /p'
  expect_line "$OUT/$1/serial" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$OUT/$1/serial" || true)"
  expect_same "$1: data drives" "$2" "$(grep -ac '^C ' "$OUT/$1/serial")"
  end_guest "$1"
}

mkdir -p "$WORK/disks"
/payload/bin/pattern-disk count "$WORK/pattern" $mib > /dev/null
cp "$WORK/pattern" "$WORK/disks/pattern"
cp /payload/guests/chances.img "$WORK/disks/boot.img"
# shellcheck disable=SC2016 # the driver domain's
make_driver_files 'for name in boots early strict linger hook taken; do cp pattern $name.img; done'
start_driver driver
driver=/local/domain/$(id_of driver)/backend

#### It works ####

# hda has no emulated drive, because QEMU cannot reach the driver domain's image.
vm_config "$WORK/vm.cfg" disk="format=raw,vdev=hda,access=rw,backend=driver,backendtype=phy,target=/disks/boot.img" \
  disk="$(phy_disk xvdf driver)" disk="$(qdisk_disk xvdg driver boots)"
vm_run -a 1 -l 120 -u '^DONE ' -o "$OUT/boots" "$WORK/vm.cfg"
expect_line "$OUT/boots/debug" "xenpv: hda: connected in .*: backend $driver/vbd/"
expect_line "$OUT/boots/debug" "xenpv: xvdf: connected in .*: backend $driver/vbd/"
expect_line "$OUT/boots/debug" "xenpv: xvdg: connected in .*: backend $driver/qdisk/"
for drive in 81 82; do expect_line "$OUT/boots/serial" "^C $drive( 00)+.?$" "a read of drive $drive fails"; done
expect_line "$OUT/boots/serial" '^DONE passed=[1-9][0-9]* failed=0'

start_hook
# xvde and xvdf are dom0's. The daemon leaves a port for each disk that it has closed.
own_drivers taken hook order=freebsd disk="$(phy_disk xvdg driver)" disk="$(qdisk_disk xvdh driver taken)"
expect_line "$OUT/taken/debug" 'xenpv: hand-over: hook '
expect_line "$OUT/taken/debug" "xenpv: xvdg: connected in .*: backend $driver/vbd/"
expect_line "$OUT/taken/debug" "xenpv: xvdh: connected in .*: backend $driver/qdisk/"
expect_takeover taken 4
expect_line "$OUT/hook.log" ': handed over: trigger=0x10/read disks=4 closed=4 '

#### It hangs, and goes on ####

make_guest early strict 3
run_guest hook "first=write" disk="$(phy_disk xvdg driver)" disk="$(qdisk_disk xvdh driver hook)"
await_claimed hook
make_guest strict strict 40
make_guest linger linger 40
# One after the other: the lab's processor takes long for three disks in POST.
unpause strict
await_turn strict 2
unpause linger
await_turn linger 2
# Longer than the firmware waits for a connection, and shorter than it waits for a response. The call of the strict guest
# that is already connected waits for its response, and does not fail: then the domain hangs once more.
for try in {1..5}; do
  xl pause "$(id_of driver)"
  sleep 20
  xl unpause "$(id_of driver)"
  # A close in which the domain was paused has left pages with the backend: one call tells it, and a later one goes on.
  await_turn strict $(($(turn_of strict) + 3))
  await_turn linger $(($(turn_of linger) + 1))
  ! grep -Eaq "^\(d$(id_of strict)\) ?xenpv: xvd[fg]: not used: " "$log" || break
  note "try $try: no call had to connect while the driver domain hung"
done

#### It dies ####

note "the driver domain dies: strict $(turn_of strict), linger $(turn_of linger)"
end_driver driver
# The lab's processor has enough to do with one guest: xenstored has to answer the daemon in time.
xl pause "$(id_of strict)"
xl pause "$(id_of linger)"
press hook
await_line hook FIRST
expect_handed_over hook
for number in 51808 51824; do
  expect_same "hook: state of $number" 1 "$(xenstore-read "/local/domain/$(id_of hook)/device/vbd/$number/state")"
done
expect_no_line "$OUT/hook.log" 'not closed in time'
expect_done hook
end_guest hook
stop_hook
for name in strict linger early; do unpause "$name"; done

#### Another one takes its place ####

start_driver second
timeout 60 xl block-detach -f "$(id_of strict)" xvdf > "$OUT/detach" 2>&1 || fail "xvdf is not detached: $(last_line "$OUT/detach")"
timeout 60 xl block-attach "$(id_of strict)" "$(phy_disk xvdf second)" > "$OUT/attach" 2>&1 ||
  fail "xvdf is not attached again: $(last_line "$OUT/attach")"

# What POST could not connect gets no drive. Both limits together would be 20 s.
expect_end early 1
ready=$(sed -nE 's/^xenpv: 2 of 4 PV disks ready in ([0-9]+) ms.*/\1/p' "$OUT/early/debug")
note "early: ready in $ready ms"
((ready < 20000)) || fail "the firmware waited $ready ms for two disks of a dead domain"
for vdev in xvdf xvdg; do
  expect_line "$OUT/early/debug" "xenpv: $vdev: its backend $driver/.* is in state Unknown"
  expect_line "$OUT/early/debug" "xenpv: $vdev: not used: its backend did not connect: ETIMEDOUT"
done

# In linger mode the disks stay open: while the driver domain hangs, calls wait.
expect_end linger 3
for drive in 81 82; do
  expect_line "$OUT/linger/serial" "^C $drive( 00){3,}( aa| 80)+.?$" "linger: drive $drive did not go on, or did not fail at the end"
done
for vdev in xvdf xvdg; do
  expect_line "$OUT/linger/debug" "xenpv: $vdev: its backend is gone, 1 requests in flight"
  expect_same "linger: reports of $vdev" 1 "$(grep -ac "xenpv: $vdev: not used" "$OUT/linger/debug")"
done

# In strict mode a call that has to open a disk fails while the driver domain hangs: of one disk, or of both.
expect_end strict 3
expect_line "$OUT/strict/serial" '^C 8(1( 00){3,}( aa)+( 00)+( aa)+( 00)+|2( 00){3,}( aa)+( 00)+( aa)+).?$' \
  "strict: no call fails while the driver domain hangs"
expect_line "$OUT/strict/serial" '^C 81( 00){3,}( aa)*( 00)+( aa)+( 00)+.?$' "strict: xvdf does not fail, and work again"
expect_line "$OUT/strict/serial" '^C 82( 00){3,}( aa)*( 00)+( aa)+.?$' "strict: xvdg does not go on, or does not fail at the end"
expect_line "$OUT/strict/debug" "xenpv: xvdf: connected in .*: backend /local/domain/$(id_of second)/backend/vbd/"
# One for each time that a disk does not work, and not for each call.
reports=$(grep -Eac "xenpv: xvd[fg]: not used" "$OUT/strict/debug")
((reports == 3 || reports == 4)) || fail "strict: $reports reports of xvdf and xvdg"
for name in strict linger; do
  expect_line "$OUT/$name/serial" '^C 83( 00)+.?$' "$name: a read of dom0's disk fails"
done
end_driver second
