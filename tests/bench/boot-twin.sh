# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a boot from an emulated disk that PV serves, against stock SeaBIOS on IDE and AHCI: until the boot sector, and GRUB loading Linux
# needs: grub-disk
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it

report=$OUT/report
hypervisor=/var/log/xen/hypervisor.log

# note_times DIR LINE...: print a command that writes to DIR/times, in microseconds, when the BIOS started
# and when each of these lines appeared on the serial port.
note_times() {
  local dir=$1
  shift
  cat > "$WORK/times" << END
exec 3> "$dir/times"
tail -qn 0 -F "$hypervisor" "$dir/serial" 2> /dev/null | {
  echo \$BASHPID > "$WORK/times.pid"
  for moment in 'Invoking SeaBIOS' $(printf "'%s' " "$@"); do
    while IFS= read -r line; do
      [[ \$line != *"\$moment"* ]] || break
    done
    echo \${EPOCHREALTIME/./} >&3
  done
}
END
  echo "bash $WORK/times > /dev/null 2>&1 & sleep 1"
}

# row CELL...: add a row to a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# seconds FROM TO: print the seconds between these microseconds.
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f", (to - from) / 1e6 }'; }

# boot NAME IMAGE LINE... -- VM_CONFIG ARGUMENT...: boot the image from hda until the last line appears.
# Sets times: when the BIOS started, and when each line appeared.
boot() {
  local dir=$OUT/$1 disk lines=()
  disk=$(image "$2")
  shift 2
  while [[ $1 != -- ]]; do
    lines+=("$1")
    shift
  done
  shift
  mkdir -p "$dir"
  vm_config "$WORK/vm.cfg" memory=256 \
    disk="format=raw,vdev=${vdev:-hda},access=rw${backend:+,backendtype=$backend},target=$disk" "$@"
  vm_run -a 1 -l 400 -o "$dir" -u "${lines[-1]}" -p "$(note_times "$dir" "${lines[@]}"); $(wish "${mode:-strict}")" \
    "$WORK/vm.cfg"
  # The guest is gone, so no more lines come.
  kill "$(cat "$WORK/times.pid")" 2> /dev/null || true
  mapfile -t times < "$dir/times"
  expect_same "moments in $dir" $((${#lines[@]} + 1)) "${#times[@]}"
}

# measure NAME FOLDER VM_CONFIG ARGUMENT...: measure one row of the table.
measure() {
  local name=$1 folder=$2 sector
  shift 2
  boot "$folder-sector" arrived 'ARRIVED' -- "$@"
  sector=$(seconds "${times[0]}" "${times[1]}")
  boot "$folder-grub" grub-disk 'grub: menu' 'grub: starting linux' 'grub: boot' -- "$@"
  row "$name" "$sector" "$(seconds "${times[0]}" "${times[1]}")" "$(seconds "${times[2]}" "${times[3]}")"
}

row 'hda, seconds' 'BIOS to boot sector' "BIOS to GRUB's menu" 'kernel and initramfs'
row --- --- --- ---
# One right after the other, so that the machine's load is much the same for all.
measure 'PV beside IDE, blkback, strict' phy-strict
mode=linger measure 'PV beside IDE, blkback, linger' phy-linger
measure 'stock SeaBIOS, IDE' stock-ide bios="$STOCK_BIOS"
backend=qdisk measure 'PV beside IDE, qdisk, strict' qdisk-strict
measure 'PV beside AHCI, blkback, strict' ahci-strict 'hdtype="ahci"'
measure 'stock SeaBIOS, AHCI' stock-ahci bios="$STOCK_BIOS" 'hdtype="ahci"'
vdev=xvde measure 'PV only (xvde), blkback, strict' only-strict
