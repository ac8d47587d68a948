# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: sequential reads of a CD-ROM drive over PV, beside the emulated IDE drive of stock SeaBIOS
. /payload/tests/lib.sh
. /payload/tests/counters-common.sh
. /payload/tests/figures-common.sh
export default_vga=cirrus # as xl gives it

repeats=$((ROUNDS < 3 ? ROUNDS : 3))
medium=$WORK/medium.img
medium_mib=18 # what the program reads, and what the firmware reads ahead of that
large=64
small=256
limit_s=100

# measure PEER ROUND: boot a guest that reads its CD-ROM drive.
measure() {
  local dir=$OUT/$1-$2 disk command=true disks number='' kind microseconds connections requests
  disk=$(image cd_speed)
  printf '%s ' "large=$large small=$small" | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  mkdir -p "$dir"
  if [[ $1 == ide ]]; then
    disks=(bios="$STOCK_BIOS" disk="format=raw,vdev=hda,access=rw,target=$disk"
      disk="format=raw,vdev=hdc,access=ro,devtype=cdrom,target=$medium")
  else
    command=$(wish "$1") number=51792
    disks=(disk="format=raw,vdev=xvde,access=rw,target=$disk"
      disk="format=raw,vdev=xvdf,access=ro,devtype=cdrom,target=$medium")
  fi
  vm_config "$WORK/vm.cfg" "${disks[@]}"
  vm_run -a 1 -l $limit_s -o "$dir" -p "$command" \
    -w ". /payload/tests/counters-common.sh; watch_counters $dir '$number' large small > $dir/moments" "$WORK/vm.cfg"
  expect_line "$dir/serial" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$dir/serial" || last_line "$dir/serial")"
  for kind in large small; do
    microseconds=$(sed -nE "s/^S drive=e0 $kind .*microseconds=([0-9]+).*/\1/p" "$dir/serial")
    figure "$1" $kind "$microseconds"
    while read -r connections requests; do
      figure "$1" $kind-connections "$connections"
      figure "$1" $kind-requests "$requests"
    done < <(counted "$dir" $kind)
    note "$1, $kind: $microseconds us $(counted "$dir" $kind)"
  done
}

# rate PEER KIND UNITS: print the units a second, of a work of so many units.
rate() { awk -v us="$(median "$1" "$2")" -v units="$3" 'BEGIN { printf "%.2f", units * 1e6 / us }'; }

# kind_rows KIND CALLS UNITS UNIT: add the rows of this kind of work.
kind_rows() {
  local name
  for name in 'hook PV, hook' 'strict PV, strict' 'ide stock SeaBIOS, IDE'; do
    row "${name#* }" "$2" "$(rate "${name%% *}" "$1" "$3")" "$(range "${name%% *}" "$1" $(($2 * 1000)) %.1f)" \
      "$(median "${name%% *}" "$1-connections")" "$(median "${name%% *}" "$1-requests")"
  done
}

/payload/bin/pattern-disk fill "$medium" $medium_mib || fail "no medium"
for ((round = 1; round <= repeats; round++)); do
  note "round $round of $repeats"
  start_hook
  measure hook $round
  stop_hook
  measure strict $round
  measure ide $round
done

row '64 KiB a call' calls MiB/s 'ms a call' connections requests
row --- ---: ---: ---: ---: ---:
kind_rows large $large $((large / 16))
echo | tee -a "$OUT/report"
row 'one sector of 2 KiB a call' calls KiB/s 'ms a call' connections requests
row --- ---: ---: ---: ---: ---:
kind_rows small $small $((small * 2))
{
  echo
  echo "Times are medians (least to largest). Rounds: $repeats"
} | tee -a "$OUT/report"
