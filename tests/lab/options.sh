#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: options in a guest's configuration hold across reboots and migrations; a key overrides them for one domain
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/option-common.sh

# build NAME [VM_CONFIG ARGUMENT]...: create a guest, paused, with a disk that is emulated as well
# and one that is PV-only. It lists its drives and waits for a key.
build() {
  local name=$1 program=$WORK/$1.img
  shift
  mkdir -p "$OUT/$name"
  cp "$(image list)" "$program"
  printf wait | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  truncate -s 4M "$WORK/$name-data.img"
  vm_config "$WORK/$name.cfg" name="$name" memory=40 vnc=0 sdl=0 usb=0 \
    serial="\"file:$OUT/$name/serial\"" on_poweroff='"restart"' \
    disk="format=raw,vdev=xvda,access=rw,target=$program" \
    disk="format=raw,vdev=xvde,access=rw,target=$WORK/$name-data.img" "$@"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 ||
    fail "$name could not be created: $(last_line "$OUT/$name/create.log")"
  find_guest "$name"
}

write_key() { xenstore-write "/local/domain/$(id_of "$1")/$2" "$3"; }
unpause() { xl unpause "$(id_of "$1")"; }

# new_serial NAME ID: keep the output of domain ID apart from that of the next domain.
new_serial() {
  mv "$OUT/$1/serial" "$OUT/$1/serial.$2"
  : > "$OUT/$1/serial"
}

# reboot_guest NAME: the guest ends, and xl makes another domain from its configuration, as it does
# when a guest follows xl reboot, for which this guest would need a driver.
reboot_guest() {
  local old
  old=$(id_of "$1")
  new_serial "$1" "$old"
  press "$1"
  await 120 "there is no new domain for $1" find_new_guest "$1" "$old"
  expect_line "$OUT/$1/serial.$old" '^DONE passed=[1-9][0-9]* failed=0'
}

migrate_guest() {
  local old
  old=$(id_of "$1")
  new_serial "$1" "$old"
  timeout 120 xl migrate -s '' "$old" 'xl migrate-receive' > "$OUT/$1/migrate.$old" 2>&1 ||
    fail "$1: xl migrate failed: $(last_line "$OUT/$1/migrate.$old")"
  find_new_guest "$1" "$old" || fail "$1: there is no other domain"
}

# debug NAME: the output of this domain on the debug console.
debug() { xl dmesg | tr -d '\r' | sed -n "s/^(d$(id_of "$1")) //p"; }

expect_logged() {
  debug "$1" > "$OUT/$1/debug.$(id_of "$1")"
  expect_line "$OUT/$1/debug.$(id_of "$1")" "$2"
}

# frontends NAME: the states of both disks and of their backends, and the keys of the firmware.
frontends() {
  local vbd number
  vbd=/local/domain/$(id_of "$1")/device/vbd
  for number in 51712 51776; do
    xenstore-read "$vbd/$number/state" "$(xenstore-read "$vbd/$number/backend")/state"
  done | xargs
  xenstore-ls -f "$vbd" | grep -oE 'ring-ref|event-channel|protocol|feature-[a-z]*|xenpv-firmware' || true
}

expect_left_alone() { expect_same "$1, $2: states of xvda, xvde" "1 2 1 2" "$(frontends "$1")"; }

#### Off, by the configuration ####

smbios "$WORK/off.smbios" "made for a test" xenpv.handover=off
build off smbios_firmware="\"$WORK/off.smbios\""
unpause off
expect_off() {
  await_line off WAIT
  expect_logged off 'xenpv: hand-over: off \(off\): all PV disks are left alone'
  expect_no_line "$OUT/off/debug.$(id_of off)" 'xenpv: .*(connected|serves the emulated)'
  # SeaBIOS reads the disk that is emulated; the other one has no drive.
  expect_line "$OUT/off/serial" '^L booted from 80, 1 hard disks'
  expect_line "$OUT/off/serial" '^L 80 first sectors carry=0 ah=00'
  expect_left_alone off "$1"
}

expect_off "first boot"
if [[ $FULL == 1 ]]; then
  reboot_guest off
  expect_off "after a reboot"
fi
migrate_guest off
expect_left_alone off "migrated"
reboot_guest off
expect_off "after a migration and a reboot"
end_guest off

#### A key overrides the configuration, and is gone with its domain ####

smbios "$WORK/linger.smbios" xenpv.handover=linger xenpv.cache=off
build linger smbios_firmware="\"$WORK/linger.smbios\""
write_key linger platform/xenpv-handover strict
write_key linger platform/xenpv-cache on
unpause linger
await_line linger WAIT
expect_logged linger 'xenpv: hand-over: strict \(strict\)'
expect_no_line "$OUT/linger/debug.$(id_of linger)" 'xenpv: the cache is off'
expect_line "$OUT/linger/serial" '^L booted from 80, 2 hard disks'
expect_left_alone linger "strict, by the key"
sed -n '/^L 8/p' "$OUT/linger/serial" > "$OUT/linger/with-cache"
reboot_guest linger
await_line linger WAIT
expect_logged linger 'xenpv: hand-over: linger \(linger\)'
expect_logged linger 'xenpv: the cache is off'
expect_same "linger, by the configuration: states of xvda, xvde" "4 4 4 4" "$(frontends linger | head -n 1)"
expect_same "linger: marks" 2 "$(xenstore-ls -f "/local/domain/$(id_of linger)/device/vbd" | grep -c 'xenpv-firmware = "linger ')"
# Without the cache, the sectors are the same.
sed -n '/^L 8/p' "$OUT/linger/serial" > "$OUT/linger/without-cache"
cmp -s "$OUT/linger/with-cache" "$OUT/linger/without-cache" || fail "without the cache the sectors differ"
end_guest linger

[[ $FULL == 1 ]] || exit 0

#### smbios = [ "oem=..." ] in newer toolstacks ####

# They write these keys, from which hvmloader makes the structure.
build keys
for number in 1 2; do
  write_key keys "bios-strings/oem-$number" "$([[ $number == 1 ]] && echo anything || echo xenpv.handover=off)"
done
unpause keys
await_line keys WAIT
expect_logged keys 'xenpv: hand-over: off \(off\)'
expect_left_alone keys "off, by a string of hvmloader's"
end_guest keys
