#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the CD-ROM of a drive over PV is removed and another one inserted while the guest runs: int13 reports both, and reads the new one
# needs: cd-data cd-floppy cd-grub
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/cd-common.sh

# A file with another name for the volume that the program ends at.
last=$WORK/last.iso
cp /payload/guests/cd-grub.img "$last"
printf '%-32s' LAST | dd of="$last" bs=1 seek=$((16 * 2048 + 40)) conv=notrunc status=none

# What happens, each step once the program has printed the line before it.
change_script << 'END'
last=$2 backend=${3:+backendtype=$3,}
step() { echo "$*"; "$@" 2>&1 || echo "status $?"; }
attach() { step xl block-attach "$DOMID" "format=raw,${backend}vdev=xvdf,access=ro,devtype=cdrom,target=$1"; }
await '^M 00 DATA'
step xl block-detach "$DOMID" xvdf
await '^M 31 '
attach /payload/guests/cd-floppy.img
await '^M 06 '
await '^M 00 FLOPPY'
step xl block-detach "$DOMID" xvdf
attach "$last"
END

# change MODE FUNCTION [TYPE]: the program calls this function of int13 (22: 16h, 66: 42h) in a guest of this type.
change() {
  local name=$1-$2${cd_backend:+-$cd_backend}${3:+-$3} type=${3:-hvm} log=serial disk
  [[ $type == hvm ]] || log=debug
  disk=$(image cd)
  printf 'watch=%u ' "$2" | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" type="$type" disk="format=raw,vdev=xvde,access=rw,target=$disk" "$(cd_disk xvdf data)"
  mkdir -p "$OUT/$name"
  vm_run -a 1 -o "$OUT/$name" -u '^DONE ' \
    -p "$(wish "$1"); log=$log bash $WORK/change $OUT/$name $last ${cd_backend:-} > $OUT/$name/steps 2>&1 &" "$WORK/vm.cfg"
  expect_line "$OUT/$name/$log" '^DONE passed=[1-9][0-9]* failed=0' "$name: a check failed"
  # Whether it sees the drive empty before the last one is a matter of time.
  expect_same "$name: what the program has seen" "00 DATA 31 06 00 FLOPPY 06 00 LAST" \
    "$(tr -d '\r' < "$OUT/$name/$log" | sed -n 's/^M //p' | xargs | sed 's/ 31 06 00 LAST$/ 06 00 LAST/')"
  expect_no_line "$OUT/$name/steps" '^status ' "$name: xl has failed: $(last_line "$OUT/$name/steps")"
  expect_line "$OUT/$name/debug" 'xvdf: no medium in the drive'
  expect_line "$OUT/$name/debug" 'xvdf: another medium is in the drive'
  note "$name: $(last_line "$OUT/$name/$log")"
}

change strict 22
change strict 66
[[ $FULL == 1 ]] || exit 0
change linger 66
change strict 66 pvh
if has_phy_drives; then
  cd_backend=phy
  change strict 66
  change linger 66
fi
