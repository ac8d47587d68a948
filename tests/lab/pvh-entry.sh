#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PVH guest starts from a gzipped file, takes options from cmdline=, and refuses a start that is not sound
. /payload/tests/lib.sh

# stops NAME REASON [VM_CONFIG ARGUMENT]...: the firmware says why it does not start, and nothing else.
stops() {
  local name=$1 reason=$2
  shift 2
  vm_config "$WORK/$name.cfg" type=pvh memory=16 "$@"
  vm_run -l 60 -o "$OUT/$name" "$WORK/$name.cfg"
  expect_same "$name: output" "xenpv: pvh: cannot start: $reason" "$(cat "$OUT/$name/debug")"
  expect_same "$name: end" poweroff "$(cat "$OUT/$name/reason")"
}

#### A gzipped file, with options ####

gzip -9 < "$PVH_BIOS" > "$WORK/bios-pvh.elf.gz"
vm_config "$WORK/gzipped.cfg" type=pvh memory=32 bios="$WORK/bios-pvh.elf.gz" \
  disk="format=raw,vdev=xvda,access=rw,target=$(image list)" \
  cmdline='"console=hvc0 xenpv.handover=linger  xenpv.cache=off"'
vm_run -o "$OUT/gzipped" -u '^DONE ' "$WORK/gzipped.cfg"
expect_line "$OUT/gzipped/debug" '^DONE passed=[1-9][0-9]* failed=0'
expect_line "$OUT/gzipped/debug" 'xenpv: hand-over: linger \(linger\)'
expect_line "$OUT/gzipped/debug" 'xenpv: the cache is off'

#### A start that is not sound ####

# The other entry by itself changes nothing.
spoiled=/payload/guests/pvh_spoil.kernel
vm_config "$WORK/sound.cfg" type=pvh memory=16 bios=$spoiled cmdline='"spoil=nothing"'
vm_run -o "$OUT/sound" -u 'xenpv: boot: no disk at all' "$WORK/sound.cfg"

# spoil WORD REASON
spoil() { stops "$1" "$2" bios=$spoiled "cmdline=\"spoil=$1\""; }

spoil magic "it was not started by Xen's domain builder as a PVH guest"
spoil none "Xen gives it no memory map"
spoil frames "there is something at fe700000, where the firmware maps frames of Xen's"
spoil rsdp "there are no ACPI tables where Xen says"
[[ $FULL == 1 ]] || exit 0
spoil version "Xen gives it no memory map"
spoil many "the memory map has too many entries"
spoil above "the memory map is above 4 GiB"
spoil line "the command line is above 4 GiB"
spoil tables "the ACPI tables are above 4 GiB"
spoil image "what Xen tells it is in the memory of its own image"
spoil window "there is RAM between fc000000 and ff000000, which is reserved"
spoil end "the memory map has an entry without an end"
spoil hole "the memory below 1 MiB is not all RAM"
spoil ram "the memory of its own image is not all RAM"

#### The least memory ####

# With 2 MiB there is no RAM for the file's segment, and xl create fails.
vm_config "$WORK/least.cfg" type=pvh memory=3 disk="format=raw,vdev=xvda,access=rw,target=$(image list)"
vm_run -o "$OUT/least" -u '^DONE ' "$WORK/least.cfg"
expect_line "$OUT/least/debug" '^DONE passed=[1-9][0-9]* failed=0'
