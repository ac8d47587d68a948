#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: PV serves an emulated CD-ROM drive, from the boot on, until xl changes or ejects its medium; a drive that is empty, or changed before, is left alone
# needs: cd-isolinux cd-floppy cd-data
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh
. /payload/tests/cd-common.sh

serves='hdc: serves the emulated drive too'

# Print the number of commands to read that QEMU's emulated drive has got.
cat > "$WORK/reads" << 'END'
xl qemu-monitor-command "$1" 'info blockstats' | tr -d '\r' | sed -n 's/^ide-5632: .*rd_operations=\([0-9]*\) .*/\1/p'
END

# program_disk VDEV PARAMETER: print the specification of a disk with the program cd.
program_disk() {
  local disk
  disk=$(image cd)
  printf '%s ' "$2" | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  echo "disk=format=raw,vdev=$1,access=rw,target=$disk"
}

# play NAME [-p COMMAND] [VM_CONFIG ARGUMENT]...: run a guest to the end of the program cd, which reads the drives.
# OUT/NAME.reads gets the number of reads of the emulated drive by then.
play() {
  local name=$1 command=true log=$OUT/$1/serial started=$SECONDS
  shift
  if [[ ${1:-} == -p ]]; then
    command=$2
    shift 2
  fi
  # The end of the program shuts the guest down; QEMU stays.
  vm_config "$WORK/vm.cfg" bios="${rom:-$BIOS}" 'on_poweroff="preserve"' "$@"
  cat > "$WORK/inspect" << END
for ((tries = 0; tries < LIMIT * 5; tries++)); do
  if grep -aq '^DONE ' $OUT/$name/serial; then
    bash $WORK/reads "\$DOMID" > $OUT/$name.reads
    exit 0
  fi
  sleep 0.2
done
exit 1
END
  vm_run -l 300 -o "$OUT/$name" -w "bash $WORK/inspect" -p "$command"$'\n'"$(wish "${mode:-strict}")" "$WORK/vm.cfg"
  expect_line "$OUT/$name/debug" "xenpv: hand-over: ${mode:-strict} "
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$name: $(grep -am1 ^FAIL "$log" || true)"
  note "$name ($((SECONDS - started)) s): the emulated drive was read $(cat "$OUT/$name.reads") times;" \
    "$(tr -d '\r' < "$log" | sed -n 's/^S e0 \([0-9]*\) \([0-9]*\)/\1 blocks in \2 us/p')"
}

# PV serves the boot and all reads. POST reads two blocks for the boot menu, before it has PV disks, and the first
# call compares one.
pv_reads=3
play isolinux "$(cd_disk hdc isolinux)"
expect_line "$OUT/isolinux/debug" "$serves"
expect_same "isolinux: reads of the emulated drive" $pv_reads "$(cat "$OUT/isolinux.reads")"
check_reads "$OUT/isolinux/serial" e0 isolinux

# Beside a hard disk on the same channel, which stays on PV, from a boot of that.
play channel "$(cd_disk hdc data)" "$(program_disk hdd disk)" 'boot="c"'
expect_line "$OUT/channel/debug" 'hdd: serves the emulated drive too'
expect_line "$OUT/channel/debug" "$serves"
expect_no_line "$OUT/channel/debug" 'from now on'
check_reads "$OUT/channel/serial" e0 data

# Another medium before the guest runs: the PV device shows the old one, which the first read finds out.
play before -p "xl cd-insert \$DOMID hdc /payload/guests/cd-isolinux.img" "$(cd_disk hdc data)"
expect_no_line "$OUT/before/debug" "$serves"
expect_line "$OUT/before/debug" 'hdc: its PV device and its emulated drive differ'
check_reads "$OUT/before/serial" e0 isolinux

# What xl does while the guest reads the drive, and what the program prints: the status and the volume.
change_script << 'END'
await '^M 00 DATA'
bash "${0%/*}/reads" "$DOMID" > "$dir.reads"
shift
xl "$@"
echo "status $?"
END

# change NAME XL_COMMAND...: after it the volume is not read any more. Stock SeaBIOS does not read another one either.
change() {
  local name=$1
  shift
  vm_config "$WORK/vm.cfg" bios="${rom:-$BIOS}" "$(program_disk hda watch=66)" "$(cd_disk hdc data)" 'boot="c"'
  mkdir -p "$OUT/$name"
  vm_run -a 1 -l 300 -o "$OUT/$name" -u '^M 0c' \
    -p "$(wish "${mode:-strict}"); DOMID=\$DOMID bash $WORK/change $OUT/$name $* > $OUT/$name/steps 2>&1 &" "$WORK/vm.cfg"
  expect_line "$OUT/$name/debug" "xenpv: hand-over: ${mode:-strict} "
  expect_same "$name: what the program has seen" "00 DATA 0c" \
    "$(tr -d '\r' < "$OUT/$name/serial" | sed -n 's/^M //p' | xargs)"
}

# expect_change NAME: PV has served the drive until then. Of a CD that does not boot POST reads one block.
expect_change() {
  expect_same "$1: reads of the emulated drive before" $((pv_reads - 1)) "$(cat "$OUT/$1.reads")"
  # The drive says so, or xenstore does, whichever is asked first after the change.
  expect_line "$OUT/$1/debug" 'hdc: (its emulated drive has no medium, or another one|no medium in the drive|another medium is in the drive)'
  expect_line "$OUT/$1/debug" 'hdc: served by the emulated disk from now on'
}

change insert cd-insert "\$DOMID" hdc /payload/guests/cd-floppy.img
expect_change insert
mode=linger change eject cd-eject "\$DOMID" hdc
expect_change eject

# An empty drive costs POST no wait for its backend.
vm_config "$WORK/vm.cfg" "$(cd_disk hdc empty)" "$(program_disk xvde disk)"
vm_run -l 300 -o "$OUT/empty" -u '^B 80 ' -p "$(wish strict)" "$WORK/vm.cfg"
expect_line "$OUT/empty/debug" 'hdc: left to the emulated drive: it has no medium'
expect_line "$OUT/empty/debug" 'xenpv: 1 of 1 PV disks ready'
expect_no_line "$OUT/empty/debug" 'hdc: (connected|its backend)'

#### blkback ####

has_phy_drives || exit 0
# shellcheck disable=SC2034 # cd-common.sh reads it
cd_backend=phy
play phy-isolinux "$(cd_disk hdc isolinux)"
expect_line "$OUT/phy-isolinux/debug" "$serves"
expect_line "$OUT/phy-isolinux/debug" 'hdc: connected in .*/backend/vbd/'
expect_same "phy-isolinux: reads of the emulated drive" $pv_reads "$(cat "$OUT/phy-isolinux.reads")"
check_reads "$OUT/phy-isolinux/serial" e0 isolinux

play phy-before -p "xl cd-insert \$DOMID hdc /payload/guests/cd-isolinux.img" "$(cd_disk hdc data)"
expect_no_line "$OUT/phy-before/debug" "$serves"
expect_line "$OUT/phy-before/debug" 'hdc: its PV device and its emulated drive differ'
check_reads "$OUT/phy-before/serial" e0 isolinux

change phy-insert cd-insert "\$DOMID" hdc /payload/guests/cd-floppy.img
expect_change phy-insert
mode=linger change phy-eject cd-eject "\$DOMID" hdc
expect_change phy-eject
