# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what the hand-over costs: opening and closing, and a boot of Linux in each mode and under stock SeaBIOS
# needs: grub-disk
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it
. /payload/tests/boot-common.sh
. /payload/tests/handover-common.sh

report=$OUT/report

# Three lines of a boot of the GRUB test disk, in their order.
moments=('grub: menu' 'grub: boot' 'userland: disk')

# Print a command that writes to OUT/times when each of them appeared, in microseconds since the domain
# started. It starts no program while it waits, because that would slow the guest down.
note_times() {
  cat > "$WORK/times" << END
started=\${EPOCHREALTIME/./}
for moment in $(printf "'%s' " "${moments[@]}"); do
  for ((turn = 0; turn < 2000; turn++)); do
    IFS= read -rd '' text < $OUT/serial || true
    [[ \$text != *"\$moment"* ]] || break
    sleep 0.2
  done
  echo \$((\${EPOCHREALTIME/./} - started))
done > $OUT/times
END
  echo "bash $WORK/times > /dev/null 2>&1 &"
}

# linux_boot FOLDER MODE VDEV [VM_CONFIG ARGUMENT]...: boot the disk on $backend (phy), and add a line to
# OUT/FOLDER/all-times: the microseconds until GRUB, in GRUB, from there until Linux has its disk, and in all.
linux_boot() {
  local OUT=$OUT/$1 mode=$2 vdev=$3 before disk times rom=$BIOS
  shift 3
  mkdir -p "$OUT"
  disk=$(image grub-disk)
  before=$(note_times)
  [[ $mode == stock ]] || before+=" $(wish "$mode")"
  [[ $mode != stock ]] || rom=$STOCK_BIOS
  vm_config "$WORK/vm.cfg" memory=256 bios="$rom" \
    disk="format=raw,vdev=$vdev,access=rw,backendtype=${backend:-phy},target=$disk" "$@"
  boot_grub_disk "$WORK/vm.cfg" -a 1 -o "$OUT" -p "$before"
  expect_grub_boot "$vdev"
  mapfile -t times < "$OUT/times"
  expect_same "moments" "${#moments[@]}" "${#times[@]}"
  echo "${times[0]} $((times[1] - times[0])) $((times[2] - times[1])) ${times[2]}" | tee -a "$OUT/all-times"
}

# linux_row NAME FOLDER: add a row with the smallest of the times, because other work on the machine only
# adds to them.
linux_row() {
  local name=$1 cells
  mapfile -t cells < <(awk '
    { for (i = 1; i <= NF; i++) if (NR == 1 || $i < least[i]) least[i] = $i }
    END { for (i = 1; i <= NF; i++) printf "%.1f\n", least[i] / 1e6 }' "$OUT/$2/all-times")
  row "$name" "${cells[@]}"
}

# row CELL...: add a row to a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# number NAME FILE REGEX: print the number after REGEX in the last line of OUT/NAME/FILE that has one.
number() { sed -nE "s/.*$3([0-9]+).*/\1/p" "$OUT/$1/$2" | tail -n 1; }

# Opening and closing two disks, one on each backend.
row step ms 'xenstore round trips'
row --- --- ---
own_drivers linger linger 'order=freebsd announce'
row 'firmware opens two disks' "$(number linger debug 'ready in ')" "$(number linger debug 'ready in .* ms.*, ')"
row 'firmware closes them (int15 EC00h)' "$(number linger debug 'disks closed in ')" \
  "$(number linger debug 'closed in .* ms, ')"
row 'unplug with nothing to close' "$(($(number linger serial 'unplug: microseconds=') / 1000))" -
start_hook
own_drivers hook hook 'order=freebsd'
expect_takeover hook 2
row 'unplug while the hook closes two disks' \
  "$(($(number hook serial 'unplug: microseconds=') / 1000))" -

echo >> "$report"
row 'Linux by its 32-bit entry' 's to GRUB' 's in GRUB' 's to its disk' all
row --- --- --- --- ---
for round in 1 2; do
  note "round $round"
  start_hook
  linux_boot hook-phy hook xvde
  backend=qdisk linux_boot hook-qdisk hook xvde
  stop_hook
  linux_boot strict-phy strict xvde
  backend=qdisk linux_boot strict-qdisk strict xvde
  linux_boot linger-phy linger xvde
  linux_boot stock stock xvda hdtype='"ahci"'
done
linux_row 'hook, blkback' hook-phy
linux_row 'hook, qdisk' hook-qdisk
linux_row 'strict, blkback' strict-phy
linux_row 'strict, qdisk' strict-qdisk
linux_row 'linger, blkback' linger-phy
linux_row 'stock SeaBIOS, AHCI' stock
