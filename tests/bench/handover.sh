# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what the hand-over costs: opening and closing, and a boot of Linux in each mode and under stock SeaBIOS
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/handover-common.sh

report=$OUT/report

# The three moments of a boot of the GRUB test disk, in the order in which they come.
moments=('grub: menu' 'grub: boot' 'userland: disk')

# Print the command that notes in OUT/times when each of them came, in microseconds since the
# domain was started. It looks without starting programs, which would slow the guest down.
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

# linux_times NAME FOLDER MODE VDEV [VM_CONFIG ARGUMENT]...: a row of the table; on $backend (phy).
linux_times() {
  local name=$1 OUT=$OUT/$2 mode=$3 vdev=$4 before disk times rom=$BIOS
  shift 4
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
  expect_same "$name: moments" "${#moments[@]}" "${#times[@]}"
  row "$name" "$(seconds 0 "${times[0]}")" "$(seconds "${times[0]}" "${times[1]}")" \
    "$(seconds "${times[1]}" "${times[2]}")" "$(seconds 0 "${times[2]}")"
}

# row CELL...: a row of a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# seconds FROM TO, of microseconds.
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", (to - from) / 1e6 }'; }

# The number behind REGEX in the last line of OUT/NAME/FILE that has it. number NAME FILE REGEX
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
expect_taken hook 2
row 'unplug while the hook closes two disks' \
  "$(($(number hook serial 'unplug: microseconds=') / 1000))" -

echo >> "$report"
row 'Linux by its 32-bit entry' 's to GRUB' 's in GRUB' 's to its disk' all
row --- --- --- --- ---
linux_times 'hook, blkback' hook-phy hook xvde
backend=qdisk linux_times 'hook, qdisk' hook-qdisk hook xvde
stop_hook
linux_times 'strict, blkback' strict-phy strict xvde
backend=qdisk linux_times 'strict, qdisk' strict-qdisk strict xvde
linux_times 'linger, blkback' linger-phy linger xvde
linux_times 'stock SeaBIOS, AHCI' stock stock xvda hdtype='"ahci"'
