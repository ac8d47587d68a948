# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The memory of PVH guests.

# The most memory in KiB that the firmware keeps in a PVH guest with two disks, as in memory.sh.
keeps_kib=$((3072 + 960 + 64 + 32 + 24))

pvh_data=$WORK/data.img
head -c $((4 * 1024 * 1024)) /dev/urandom > "$pvh_data"
pvh_crc=$(/payload/bin/sector-crc32 "$pvh_data" 100 16)

# memory_check MIB [STEP]: run the program "memory" in a PVH guest of this size. It writes one of
# STEP words.
memory_check() {
  local mib=$1 step=${2:-1} program
  program=$(image memory)
  printf 'memory=%d keeps=%d step=%d' "$mib" $keeps_kib "$step" |
    dd of="$program" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" type=pvh memory="$mib" \
    disk="format=raw,vdev=xvda,access=rw,target=$program" \
    disk="format=raw,vdev=xvdb,access=rw,target=$pvh_data"
  vm_run -o "$OUT/$mib" -l 600 -u '^DONE ' "$WORK/vm.cfg"
  sed "/^FAIL/!d; s/^/$mib MiB: /" "$OUT/$mib/debug"
  expect_line "$OUT/$mib/debug" '^DONE passed=[1-9][0-9]* failed=0' \
    "$mib MiB: the guest printed: $(last_line "$OUT/$mib/debug")"
  expect_line "$OUT/$mib/debug" "^disk $pvh_crc" "$mib MiB: the disk returns other data than its image has"
  note "$mib MiB: $(grep -a '^int15-e801' "$OUT/$mib/debug"), $(grep -a '^round 1' "$OUT/$mib/debug")"
}
