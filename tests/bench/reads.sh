# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: sequential and random reads by int13: PV disks against the emulated ones of stock SeaBIOS
. /payload/tests/lib.sh

# Emulated IDE is so slow that it sees only the beginning of it.
truncate -s 64M "$WORK/data.img"
shred -n 1 "$WORK/data.img" 2> /dev/null || dd if=/dev/urandom of="$WORK/data.img" bs=1M count=64 2> /dev/null

# measure NAME BOOT_VDEV DATA_VDEV [VM_CONFIG ARGUMENT]...
measure() {
  local name=$1 boot=$2 data=$3
  shift 3
  vm_config "$WORK/$name.cfg" \
    disk="format=raw,vdev=$boot,access=rw,target=$(image speed)" \
    disk="format=raw,vdev=$data,access=rw${backend:-},target=$WORK/data.img" "$@"
  vm_run -l 200 -u '^DONE ' -o "$OUT/$name" "$WORK/$name.cfg"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' "$name: a read failed"
  sed -n "s/^S /$name /p" "$OUT/$name/serial" | tr -d '\r' | tee -a "$OUT/figures"
}

# All in one run, the emulated ones between the PV ones: the machine's load is the same for all.
measure pv-blkback xvde xvdf
measure stock-ide hda hdb bios="$STOCK_BIOS"
backend=,backendtype=qdisk measure pv-qdisk xvde xvdf
measure stock-ahci hda hdb bios="$STOCK_BIOS" hdtype='"ahci"'
