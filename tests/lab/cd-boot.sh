#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: ISOLINUX, GRUB, an emulated floppy and an emulated hard disk boot from a CD-ROM over PV; all blocks are those of the image; the daemon closes the drive
# needs: cd-isolinux cd-grub cd-floppy cd-disk cd-data
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/cd-common.sh

# cd_guest LABEL [-e END] [VM_CONFIG ARGUMENT]...: run a guest until a line matches END. log is then what it has
# printed.
cd_guest() {
  local label=$1 end='^DONE ' type=hvm started=$SECONDS pair
  shift
  if [[ $1 == -e ]]; then
    end=$2
    shift 2
  fi
  for pair in "$@"; do [[ $pair != type=pvh ]] || type=pvh; done
  log=$OUT/$label/serial debug=$OUT/$label/debug
  [[ $type == hvm ]] || log=$debug
  vm_config "$WORK/vm.cfg" "$@"
  vm_run -o "$OUT/$label" -u "$end" -p "$(wish "${mode:-strict}")" "$WORK/vm.cfg"
  expect_line "$debug" "xenpv: hand-over: ${mode:-strict} "
  [[ $end != '^DONE ' ]] || expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$label: $(grep -am1 ^FAIL "$log" || true)"
  note "$label: $((SECONDS - started)) s"
}

# The drive: removable, and with a line for changes; the block size and flags of function 48h.
drive='02 00 00 2048 0074'

cd_guest isolinux "$(cd_disk xvdf isolinux)"
expect_line "$OUT/isolinux/console" '^isolinux: up'
expect_line "$log" '^B e0 00 media=0 drive=e0'
expect_line "$log" "^D e0 $drive"
check_reads "$log" e0 isolinux
expect_line "$debug" 'xvdf: connected'

# boot="d" chooses the CD before the disk. A drive without a medium costs no wait, and has a number.
cd_guest several "$(cd_disk xvdh data)" "$(cd_disk xvdg empty)" "$(cd_disk xvdf isolinux)" 'boot="d"' \
  disk="format=raw,vdev=xvde,access=rw,target=$(image cd)"
expect_line "$log" '^B e0 00 media=0 drive=e0'
expect_line "$log" '^D e1 02 31 31 2048 0074'
check_reads "$log" e0 isolinux
check_reads "$log" e2 data
expect_line "$debug" 'xvdg: no medium in the drive'
expect_line "$debug" '3 of 3 PV disks ready'
expect_no_line "$debug" 'xvdg: .*(its backend|not used)'

# An emulated CD keeps its drive, before the PV-only ones.
cd_guest emulated-too "$(cd_disk hdc isolinux)" "$(cd_disk xvdf data)"
expect_line "$debug" 'hdc: serves the emulated drive too'
check_reads "$log" e0 isolinux
check_reads "$log" e1 data

cd_guest grub -e 'grub: done' "$(cd_disk xvdf grub)"
expect_line "$log" 'grub: a-file-on-the-cd'
expect_line "$log" "$(cut -d ' ' -f 1 /payload/guests/cd-grub.sums) "

cd_guest floppy "$(cd_disk xvdf floppy)"
expect_line "$log" '^B 0 00 media=2 drive=0'
check_reads "$log" e0 floppy

cd_guest disk "$(cd_disk xvdf disk)"
expect_line "$log" '^B 80 00 media=4 drive=80'
check_reads "$log" e0 disk

# In a PVH guest no CD is emulated, whatever its name is, and xl gives it to blkback.
cd_guest pvh type=pvh "$(cd_disk xvda isolinux)"
expect_line "$log" '^B e0 00 media=0 drive=e0'
expect_line "$debug" 'xvda: connected in .*/backend/vbd/'
check_reads "$log" e0 isolinux
[[ $FULL == 1 ]] || exit 0
for kind in floppy disk; do
  cd_guest "pvh-$kind" type=pvh "$(cd_disk xvda "$kind")"
  check_reads "$log" e0 "$kind"
done
mode=linger
cd_guest linger-isolinux "$(cd_disk xvdf isolinux)"
check_reads "$log" e0 isolinux
cd_guest linger-disk "$(cd_disk xvdf disk)"
check_reads "$log" e0 disk
cd_guest linger-pvh type=pvh "$(cd_disk xvda isolinux)"
expect_line "$debug" 'xvda: connected in .*/backend/vbd/'
check_reads "$log" e0 isolinux

#### Another medium in a PVH guest ####

# xl changes none there.
vm_config "$WORK/vm.cfg" type=pvh "$(cd_disk xvda isolinux)"
xl create -p "$WORK/vm.cfg" > "$OUT/create.log" 2>&1 || fail "no PVH guest with a CD-ROM: $(last_line "$OUT/create.log")"
! xl cd-insert vm xvda /payload/guests/cd-data.img > "$OUT/insert.log" 2>&1 || fail "xl changes the CD-ROM of a PVH guest"
xl destroy vm
expect_line "$OUT/insert.log" 'requires an HVM domain' "$(last_line "$OUT/insert.log")"

#### In hook mode ####

# hand_over LABEL VDEV OPEN: a program on a disk reads the CD, and unplugs. The daemon closes OPEN devices then, and both
# are as the toolstack has made them.
hand_over() {
  local label=$1 disk
  log=$OUT/$label/serial debug=$OUT/$label/debug hook_log=$OUT/$label.hook.log
  disk=$(image cd)
  printf 'disk unplug order=freebsd ' | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  # Its keys stay when the program has shut the guest down.
  vm_config "$WORK/vm.cfg" 'on_poweroff="preserve"' 'boot="c"' "$(cd_disk "$2" data)" \
    disk="format=raw,vdev=xvde,access=rw,target=$disk"
  cat > "$WORK/inspect" << END
for ((tries = 0; tries < 300; tries++)); do
  if grep -aq '^DONE ' $log; then
    xenstore-ls -f "/local/domain/\$DOMID/device/vbd" > $OUT/$label.keys
    exit 0
  fi
  sleep 0.2
done
exit 1
END
  start_hook
  vm_run -a 1 -o "$OUT/$label" -w "bash $WORK/inspect" -p "$(wish hook)" "$WORK/vm.cfg"
  stop_hook
  expect_line "$debug" 'xenpv: hand-over: hook '
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$label: $(grep -am1 ^FAIL "$log" || true)"
  check_reads "$log" e0 data
  expect_line "$hook_log" ": handed over: trigger=0x10/read disks=$3 closed=$3 "
  expect_same "$label: states of the frontends" "1 1" "$(sed -nE 's,.*/[0-9]+/state = "(.*)",\1,p' "$OUT/$label.keys" | xargs)"
  expect_no_line "$OUT/$label.keys" 'ring-ref|event-channel|firmware'
}
hand_over hook xvdf 2
# The firmware has closed the other disk itself, if that had no call for long enough.
hand_over hook-emulated hdc '[12]'
expect_line "$debug" 'hdc: serves the emulated drive too'
mode=hook hook_log=$OUT/hook.log
start_hook
cd_guest hook-isolinux "$(cd_disk xvdf isolinux)"
check_reads "$log" e0 isolinux
cd_guest hook-pvh type=pvh "$(cd_disk xvda isolinux)"
expect_line "$debug" 'xvda: connected in .*/backend/vbd/'
check_reads "$log" e0 isolinux

#### blkback ####

has_phy_drives || exit 0
# shellcheck disable=SC2034 # cd-common.sh reads it
cd_backend=phy
for mode in hook strict linger; do
  cd_guest "phy-$mode" "$(cd_disk xvdf isolinux)"
  expect_line "$debug" 'xvdf: connected in .*/backend/vbd/'
  check_reads "$log" e0 isolinux
done
stop_hook
hand_over phy-hook-xvdf xvdf 2
expect_line "$debug" 'xvdf: connected in .*/backend/vbd/'
hand_over phy-hook-hdc hdc '[12]'
expect_line "$debug" 'hdc: connected in .*/backend/vbd/'
expect_line "$debug" 'hdc: serves the emulated drive too'
