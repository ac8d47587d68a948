# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# check-ledger, on which the scenarios rely that account for every byte, finds what it has to find. tests/build/run
# sources this file, with its folder work and its function verdict.

: "${work:?}"

# A drive of eight sectors, named 8. Writes have the salts a, b, c.
ledger_sectors=8
make build/dom0-tools/check-ledger >"$work/log" 2>&1 || verdict "not ok" "check-ledger is not built: see $work/log"
for salt in 1 a b c; do build/dom0-tools/check-ledger fill "$work/salt-$salt" $ledger_sectors "$salt"; done

# ledger_image SALT...: make the image, whose sector N holds the Nth salt.
ledger_image() {
  local salt lba=0
  for salt in "$@"; do
    dd if="$work/salt-$salt" of="$work/ledger.img" bs=512 skip=$lba seek=$lba count=1 conv=notrunc status=none
    lba=$((lba + 1))
  done
}

# ledger_says STATUS COUNT LINE...: whether check-ledger ends with the status and finds so many wrong sectors, after a
# guest has printed the lines.
ledger_says() {
  local expected=$1 wrong=$2 status=0
  shift 2
  printf '%s\n' "$@" >"$work/ledger.out"
  build/dom0-tools/check-ledger check "$work/ledger.out" "8=$work/ledger.img" >"$work/log" 2>&1 || status=$?
  [ "$status" -eq "$expected" ] && grep -q " $wrong wrong\$" "$work/log"
}

# ledger_verdict NAME: of the commands before it.
ledger_verdict() {
  if [ $? -eq 0 ]; then verdict ok "$1"; else verdict "not ok" "$1: see $work/log"; fi
}

succeeds=('BOOT 1' 'B 8 2 3 a .' A 'M 1 1 0 0')
fails=('BOOT 1' 'B 8 2 3 a .' 'E 80' 'M 1 0 1 0')
resets=('BOOT 1' 'M 1 0 0 0' 'B 8 2 3 a .' 'BOOT 1')
another=('B 8 0 1 b .' A)

ledger_image 1 1 a a a 1 1 1
ledger_says 0 0 "${succeeds[@]}"
ledger_verdict the_ledger_accepts_what_a_guest_has_written

printf x | dd of="$work/ledger.img" bs=1 seek=$((3 * 512 + 77)) conv=notrunc status=none
ledger_says 1 1 "${succeeds[@]}"
ledger_verdict the_ledger_finds_a_wrong_byte

ledger_image 1 1 a a 1 1 1 1
ledger_says 1 1 "${succeeds[@]}"
ledger_verdict the_ledger_finds_a_sector_that_a_write_has_not_reached

ledger_image 1 1 a a a a 1 1
ledger_says 1 1 "${succeeds[@]}"
ledger_verdict the_ledger_finds_a_sector_beyond_a_write

ledger_image 1 1 a a a 1 1 1
dd if="$work/salt-a" of="$work/ledger.img" bs=512 skip=2 seek=3 count=1 conv=notrunc status=none
ledger_says 1 1 "${succeeds[@]}"
ledger_verdict the_ledger_finds_data_of_another_sector

ledger_image b 1 a 1 a 1 1 1
ledger_says 0 0 "${fails[@]}" "${another[@]}" && ledger_says 0 0 "${resets[@]}" "${another[@]}"
ledger_verdict the_ledger_lets_a_sector_hold_a_write_that_has_failed_or_was_in_flight_at_a_reset

ledger_image b 1 a 1 c 1 1 1
ledger_says 1 1 "${fails[@]}" "${another[@]}"
ledger_verdict the_ledger_finds_what_no_failed_write_has_written

ledger_image b 1 a 1 a 1 1 1
ledger_says 1 2 "${fails[@]}" "${another[@]}" 'S 8 2 3 1 .' && ledger_says 1 1 "${fails[@]}" "${another[@]}" 'S 8 2 3 a .'
ledger_verdict the_ledger_holds_a_sector_to_what_the_guest_has_read

ledger_image 1 1 1 1 1 1 1 b
ledger_says 1 1 'BOOT 1' 'S 8 0 1 c .' 'M 1 0 0 0' 'B 8 0 1 1 .' A 'B 8 7 1 b .' A &&
  ledger_says 1 1 'BOOT 1' 'M 1 0 0 0' 'FAIL x' 'B 8 7 1 b .' A
ledger_verdict the_ledger_counts_what_the_guest_has_found_wrong

ledger_says 1 1 'BOOT 1' 'M 1 0 0 0' 'B 8 7 1 b' 'BOOT 1' 'B 8 0 1 1 .' A
ledger_verdict the_ledger_takes_no_write_from_a_line_that_was_cut

ledger_image 1 1 1 1 1 1 1 1
ledger_says 1 0 'BOOT 1' 'M 1 0 0 0' && ledger_says 1 0 'BOOT 1' 'B 8 0 1 1 .' A
ledger_verdict the_ledger_accepts_no_run_without_reads_or_without_writes
