#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the option boot chooses the disk that boots, also after a reboot; after a disk that does not boot comes the next PV disk
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/option-common.sh
. /payload/tests/pvh-common.sh

sector_bytes=512
log=/var/log/xen/hypervisor.log

# disk VDEV [empty]: make a disk with the program that lists the drives, or one without it; write its
# name into its last sector, and print its specification.
disk() {
  local file=$WORK/$1.img
  rm -f "$file"
  if [[ ${2:-} == empty ]]; then truncate -s 2M "$file"; else cp /payload/guests/order.img "$file"; fi
  printf '%s' "$1" | dd of="$file" bs=$sector_bytes seek=$((2 * 2048 - 1)) conv=notrunc status=none
  echo "disk=format=raw,vdev=$1,access=rw,target=$file"
}

# expect_order NAME EXPECTED: the drives from 80h on are these disks.
expect_order() {
  local got
  got=$(sed -n 's/^O [0-9a-f]* //p' "$OUT/$1/$GUEST_LOG" | tr -d '\r' | xargs)
  expect_same "$1" "$2" "$got"
  expect_line "$OUT/$1/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "$1: a read failed"
}

#### The next disk ####

vm_config "$WORK/vm.cfg" "$(disk xvde empty)" "$(disk xvdf empty)" "$(disk xvdg)"
vm_run -u '^DONE |No bootable device' -o "$OUT/next" "$WORK/vm.cfg"
expect_no_line "$OUT/next/debug" 'No bootable device' "xvdg does not boot"
expect_order next "xvdg xvde xvdf"
expect_line "$OUT/next/debug" 'xenpv: boot: xvde: its first sector has no boot signature'
expect_line "$OUT/next/debug" 'xenpv: boot: xvdf: its first sector has no boot signature'
expect_line "$OUT/next/debug" 'xenpv: booting from Xen PV disk xvdg, 2 MiB, (blkback|qdisk)'

# A boot sector that calls int18.
vm_config "$WORK/vm.cfg" "$(disk xvde empty)" "$(disk xvdf)"
printf '\xcd\x18' | dd of="$WORK/xvde.img" conv=notrunc status=none
printf '\x55\xaa' | dd of="$WORK/xvde.img" bs=1 seek=$((sector_bytes - 2)) conv=notrunc status=none
vm_run -u '^DONE |No bootable device' -o "$OUT/int18" "$WORK/vm.cfg"
expect_line "$OUT/int18/debug" 'xenpv: booting from Xen PV disk xvde, 2 MiB, (blkback|qdisk)'
expect_line "$OUT/int18/debug" 'xenpv: booting from Xen PV disk xvdf, 2 MiB, (blkback|qdisk)'
expect_line "$OUT/int18/debug" 'xenpv: boot: xvde: its boot code called int18'
expect_order int18 "xvdf xvde"

#### None boots ####

vm_config "$WORK/vm.cfg" "$(disk xvde empty)" "$(disk xvdf empty)"
vm_run -u 'No bootable device' -o "$OUT/none" "$WORK/vm.cfg"
for vdev in xvde xvdf; do
  expect_same "reports of $vdev" 1 "$(grep -ac "xenpv: boot: $vdev: its first sector has no boot signature" "$OUT/none/debug")"
done
expect_no_line "$OUT/none/debug" 'not tried'

#### The option ####

disks=("$(disk hda)" "$(disk xvde)" "$(disk xvdf)")
vm_config "$WORK/vm.cfg" "${disks[@]}" "$(configured boot=xvdf,hda)"
vm_run -u '^DONE ' -o "$OUT/option" "$WORK/vm.cfg"
expect_order option "xvdf hda xvde"
expect_line "$OUT/option/debug" 'xenpv: booting from Xen PV disk xvdf, 2 MiB, '

# A key overrides it, for one domain.
# shellcheck disable=SC2016 # DOMID is set where it runs
vm_run -u '^DONE ' -o "$OUT/key" -p 'xenstore-write "/local/domain/$DOMID/platform/xenpv-boot" xvdz,xvde' "$WORK/vm.cfg"
expect_order key "xvde hda xvdf"
expect_line "$OUT/key/debug" 'xenpv: boot: no such PV disk: xvdz'

# The program ends with a power-off, after which xl makes another domain.
boots() { tail -c "+$from" "$log" | grep -aoE '^\(d[0-9]+\) xenpv: booting from Xen PV disk [a-z]+' | sort -u; }
has_booted_twice() { [[ $(boots | wc -l) -ge 2 ]]; }
no_guest() { [[ $(xenstore-list /local/domain | xargs) == 0 ]]; }
end_again() {
  local id
  # First xl, which would make another one; it may be doing so.
  killall xl
  for id in $(xenstore-list /local/domain); do [[ $id == 0 ]] || xl destroy "$id" > /dev/null 2>&1 || true; done
  await 50 "the guest does not end" no_guest
}
from=$(($(stat -c %s "$log") + 1))
vm_config "$WORK/again.cfg" name=again "${disks[@]}" "$(configured boot=xvdf,hda)" vnc=0 sdl=0 usb=0 \
  on_poweroff='"restart"'
xl create "$WORK/again.cfg" > "$OUT/again.log" 2>&1 || fail "the guest could not be created: $(last_line "$OUT/again.log")"
await 120 "the guest has not booted twice: $(boots)" has_booted_twice
end_again
boots > "$OUT/boots"
expect_no_line "$OUT/boots" 'disk (hda|xvde)'

[[ $GUEST_TYPE == pvh ]] || in_pvh pvh boot-choice
