# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what it costs to check, before each call, whether something else drives the emulated disk
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it

report=$OUT/report

# row CELL...: add a row to a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# run NAME VDEV [VM_CONFIG ARGUMENT]...: boot the program "call_cost" from that disk, with the PV-only disk
# $only beside it.
run() {
  local name=$1 vdev=$2 program
  shift 2
  program=$(image call_cost)
  truncate -s 2M "$WORK/only.img"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$vdev,access=rw,target=$program" \
    disk="format=raw,vdev=${only:-xvde},access=rw,target=$WORK/only.img" "$@"
  vm_run -a 1 -l 300 -o "$OUT/$name" -u '^DONE ' -p "$(wish linger)" "$WORK/vm.cfg"
  expect_line "$OUT/$name/serial" '^DONE .* failed=0' "$name: a read failed"
}

# each NAME C DRIVE: print the microseconds of one call on the drive.
# each NAME P PORT: print the microseconds of one read of the register.
each() {
  tr -d '\r' < "$OUT/$1/serial" |
    awk -v kind="$2" -v which="$3" '$1 == kind && $2 == which {
      split($3, n, "="); split($4, t, "="); printf "%.1f", t[2] / n[2] }'
}

# measure NAME VDEV [VM_CONFIG ARGUMENT]...: compare this disk, served over PV, with a PV-only disk, which needs
# no check, and with the emulated disk alone. The sector is in the cache, where the check counts most.
measure() {
  local name=$1 vdev=$2 twin only_pv stock
  shift 2
  run "$vdev-$name-stock" "$vdev" bios="$STOCK_BIOS" "$@"
  stock=$(each "$vdev-$name-stock" C 80)
  run "$vdev-$name" "$vdev" "$@"
  expect_line "$OUT/$vdev-$name/debug" "$vdev: serves the emulated drive" "$vdev is not served over PV"
  twin=$(each "$vdev-$name" C 80)
  only_pv=$(each "$vdev-$name" C 81)
  row "$name" "$only_pv" "$twin" \
    "$(awk -v a="$only_pv" -v b="$twin" 'BEGIN { printf "%.1f (%.0f %%)", b - a, (b - a) * 100 / b }')" \
    "$(each "$vdev-$name" P 1f4)" "$stock"
}

row 'emulated on' 'PV only' 'served over PV too' 'difference' 'read of an IDE register' 'stock SeaBIOS'
row --- --- --- --- --- ---
measure IDE hda
only=xvdg measure AHCI hda 'hdtype="ahci"'
measure SCSI sda
echo >> "$report"
echo 'Microseconds for a read of one sector, which is always the same.' | tee -a "$report"
