# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about CD-ROM drives over PV. Sourced after lib.sh.

# cd_disk VDEV KIND: print the specification of a drive with the CD of this kind; "empty": none. With cd_backend=phy
# blkback serves it, otherwise QEMU.
cd_disk() {
  if [[ $2 == empty ]]; then
    echo "disk=format=empty,vdev=$1,access=ro,devtype=cdrom,target="
  else
    echo "disk=format=raw,${cd_backend:+backendtype=$cd_backend,}vdev=$1,access=ro,devtype=cdrom,target=/payload/guests/cd-$2.img"
  fi
}

# has_phy_drives: xl makes a CD-ROM drive that blkback serves. That of Xen 4.17 must refuse it.
has_phy_drives() {
  vm_config "$WORK/vm.cfg" "$(cd_backend=phy cd_disk xvdf data)"
  if ! xl create -p "$WORK/vm.cfg" > "$OUT/phy.log" 2>&1; then
    (($(xl info xen_minor) <= 17)) || fail "no CD-ROM drive with blkback: $(last_line "$OUT/phy.log")"
    return 1
  fi
  xl destroy vm
}

# crc32_of FILE BLOCK COUNT: print the sum of these blocks of 2048 bytes. The end of gzip's output has
# it.
crc32_of() {
  dd if="$1" bs=2048 skip="$2" count="$3" status=none | gzip -1c | tail -c 8 | head -c 4 | od -A n -t x4 | tr -d ' '
}

# check_reads LOG DRIVE KIND: the program cd has read this drive, and what it has read is on the CD.
check_reads() {
  local drive block count sum lines=0
  while read -r _ drive block count sum; do
    expect_same "drive $drive, block $block, $count blocks" "$(crc32_of "/payload/guests/cd-$3.img" "$block" "$count")" "$sum"
    lines=$((lines + 1))
  done < <(tr -d '\r' < "$1" | grep -a "^C $2 ")
  ((lines == 12)) || fail "drive $2: $lines of 12 reads"
  expect_line "$1" "^V $2 ${3^^}" "drive $2 does not show the CD $3"
}

# change_script: write WORK/change, what xl is to do while a guest runs, from the standard input. Its first argument is the
# folder with the guest's output; "await REGEX" waits for a line in its file "serial", or that which the variable log names.
change_script() {
  {
    cat << 'END'
dir=$1
await() {
  for ((tries = 0; tries < 300; tries++)); do
    ! tr -d '\r' < "$dir/${log:-serial}" | grep -aEq -- "$1" || return 0
    sleep 0.2
  done
  echo "no line: $1"
  exit 1
}
END
    cat
  } > "$WORK/change"
}
