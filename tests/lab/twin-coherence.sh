#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: data is the same by int13 from real mode, from v86 mode and by the emulated disk's registers, on any medium
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

# What the ROM says when it gives PV up for a disk.
left_for_v86='served by the emulated disk from now on: int13 in protected mode'
left_for_driver='served by the emulated disk from now on: something else drives the emulated disk'

start_memory_disks

# Calls from v86 mode, in which PV is given up, before and after calls from real mode.
v86_steps="b0,b1,v0,b0,b1,v1,r0,s1,u0,u1,r1"
# The emulated drive that PV was given up for is read a second after the other one, which is left open
# in linger mode: that may be the boot of a system from it.
idle_steps="b0,b1,v0,p0,b0,r1,b1,p0,r0,b1,v1,r0,s1,u0,u1,r1"
# An operating system writes to the emulated disk and reads from it; the calls after that have to see it.
driver_steps="b0,b1,t0,b0,b1,t1,b1,b0,u1,r1,v0,r0"
# It only reads: what it has read must not be written behind its back.
reading_steps="b0,u0,b0,u0,b1,u1,b1,u1,r0,r1,u0"

# play NAME KIND STEPS LEFT [VM_CONFIG ARGUMENT]...
play() {
  local name=$1 left=$4 media=("${@:1:3}")
  shift 4
  twin_guest "${media[@]}" "$@"
  expect_served "$name" "${first_vdev:-hda}" "${second_vdev:-hdb}"
  expect_line "$OUT/$name/debug" "$left" "$name: PV was not given up ($left)"
}

# expect_closed_for_other NAME VDEV DRIVE: what became of that disk until PV was given up for it: it was
# closed twice for the other drive, so it had been opened again.
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
  # Of whole cylinders: stock SeaBIOS reports none for small SCSI disks that are not.
  sectors=8064 first_vdev=sda second_vdev=sdb play v86-scsi file "b0,b1,v0,b0,b1,v1,r0,s1,r1" "$left_for_v86"
  # SeaBIOS' driver of AHCI is 32-bit code: from v86 mode no call has ever succeeded, nor changed anything.
  twin_parameters=failing play v86-ahci memory "b0,v0,b0,b1,v1,r0,r1" 'serves' 'hdtype="ahci"'
  expect_no_line "$OUT/v86-ahci/debug" 'served by the emulated disk from now on'
fi
