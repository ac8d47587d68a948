#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 from real mode, int13 from v86 mode and the emulated disk's registers show the same data, on any medium
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# What the ROM logs when a disk falls back.
left_for_v86='served by the emulated disk from now on: int13 in protected mode'
left_for_driver='served by the emulated disk from now on: something else drives the emulated disk'

start_memory_disks

# Calls from v86 mode, in which the disk falls back, before and after calls from real mode.
v86_steps="b0,b1,v0,b0,b1,v1,r0,s1,u0,u1,r1"
# The drive that has fallen back is read a second after the other one, which stays open in linger
# mode: that read may be the boot of another system.
idle_steps="b0,b1,v0,p0,b0,r1,b1,p0,r0,b1,v1,r0,s1,u0,u1,r1"
# An operating system writes to the emulated disk and reads from it; later calls have to see that.
driver_steps="b0,b1,t0,b0,b1,t1,b1,b0,u1,r1,v0,r0"
# The operating system only reads: PV must not write to what it has read.
reading_steps="b0,u0,b0,u0,b1,u1,b1,u1,r0,r1,u0"

# play NAME KIND STEPS LEFT [VM_CONFIG ARGUMENT]...
play() {
  local name=$1 left=$4 media=("${@:1:3}")
  shift 4
  twin_guest "${media[@]}" "$@"
  expect_served "$name" "${first_vdev:-hda}" "${second_vdev:-hdb}"
  expect_line "$OUT/$name/debug" "$left" "$name: the disk did not fall back ($left)"
}

# expect_closed_for_other NAME VDEV DRIVE: before it fell back, the disk was closed for the other
# drive twice, and so was opened again in between.
expect_closed_for_other() {
  expect_same "$1: $2" "connected closed-for-another closed-for-another" "$(sed -nE "/drive $3: served by the emulated disk from now on/q
    s/.*xenpv: $2: (connected) in.*/\1/p
    s/.*xenpv: $2: (closed) (for) (another) drive.*/\1-\2-\3/p" "$OUT/$1/debug" | xargs)"
}

mode=linger play idle-memory memory "$idle_steps" "$left_for_v86"
expect_closed_for_other idle-memory hdb 81
test_of_check idle-memory
play driver-memory memory "$driver_steps" "$left_for_driver"
if [[ $FULL == 1 ]]; then
  for kind in file memory; do
    for mode in strict linger; do
      play "v86-$kind-$mode" $kind "$v86_steps" "$left_for_v86"
      play "driver-$kind-$mode" $kind "$driver_steps" "$left_for_driver"
      play "reading-$kind-$mode" $kind "$reading_steps" "$left_for_driver"
    done
  done
  mode=strict
  play v86-direct direct "$v86_steps" "$left_for_v86"
  play driver-direct direct "$driver_steps" "$left_for_driver"
  mode=linger play driver-direct-linger direct "$driver_steps" "$left_for_driver"
  mode=linger play reading-direct direct "$reading_steps" "$left_for_driver"
  mode=linger backend=qdisk play v86-qdisk memory "$v86_steps" "$left_for_v86"
  mode=linger backend=qdisk play driver-qdisk memory "$driver_steps" "$left_for_driver"
  expect_line "$OUT/driver-qdisk/debug" 'hda: connected in .* backend .*/backend/qdisk/'
  # Whole cylinders: stock SeaBIOS reports no cylinder for other small SCSI disks.
  sectors=8064 first_vdev=sda second_vdev=sdb play v86-scsi file "b0,b1,v0,b0,b1,v1,r0,s1,r1" "$left_for_v86"
  # SeaBIOS' AHCI driver is 32-bit code: no call from v86 mode ever succeeds or changes anything.
  twin_parameters=failing play v86-ahci memory "b0,v0,b0,b1,v1,r0,r1" 'serves' 'hdtype="ahci"'
  expect_no_line "$OUT/v86-ahci/debug" 'served by the emulated disk from now on'
fi
