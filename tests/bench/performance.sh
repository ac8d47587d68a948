# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 over PV against the emulated disks of stock SeaBIOS and against Linux' own driver: the table of docs/measurements/performance.md
# needs: grub-disk grub-large grub-speed
# needs with OVMF: grub-speed-efi
#
# All peers read the same image file in dom0's memory, so no peer has a slower medium. They take turns, one
# guest at a time, ROUNDS times. Figures are printed at once, so that they survive if the lab crashes: "figure
# ROUND PEER WHAT VALUE", the value in KiB/s, microseconds, or nanoseconds a KiB. "unavailable PEER REASON" is
# printed for a peer that fails; the others go on. "step N of M: WHAT" comes before each step. tests/bench/run
# collects these lines, and tests/bench/table makes the report.
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it
. /payload/tests/boot-common.sh
. /payload/tests/bench-peers.sh

hypervisor=/var/log/xen/hypervisor.log
unavailable=$OUT/unavailable
# The GRUB guests of each round, as "GUEST PEER".
grub_guests=('hook hook-blkback' 'ahci ahci' 'strict strict-blkback')
work_ms=1000
more_ms=2000
guest_limit_s=150
ovmf_limit_s=240 # on an idle machine OVMF takes a minute until GRUB starts
data_mib=1096 # larger than any drive, see bench-peers.sh

touch "$unavailable"

# figure ROUND PEER WHAT VALUE: print it, unless VALUE is 0, which stands for "not seen".
figure() { [[ $4 == 0 ]] || echo "figure $*"; }

# unavailable PEER REASON: record and print it; false.
unavailable() {
  echo "$1" >> "$unavailable"
  echo "unavailable $1 $2"
  return 1
}

# given_up PEER: whether it has failed twice.
given_up() { (($(grep -cx "$1" "$unavailable") >= 2)); }

# watcher DIR TEXT...: print a command that waits for the last of these texts on the serial port or the debug
# console, and writes to DIR/moments when each appeared.
watcher() {
  local dir=$1
  shift
  # shellcheck disable=SC2016 # DOMID and LIMIT are set where it runs
  printf '/payload/bin/moments -d "$DOMID" -l "$LIMIT" %q %q -- ' "$dir/serial" "$hypervisor"
  printf '%q ' "$@"
  printf '> %q' "$dir/moments"
}

# moment DIR FIELD TEXT: print, for the moment when TEXT appeared, the time in microseconds (FIELD 1), or the
# processor time in nanoseconds of dom0 (2) or of the guest (3).
moment() {
  awk -v field="$2" -v text="$3" '{ line = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", line) }
    line == text { print $field }' "$1/moments" 2> /dev/null || true
}

# between DIR FIELD FROM TO: print the difference between two such moments, 0 if either is missing.
between() {
  local from to
  from=$(moment "$1" "$2" "$3") to=$(moment "$1" "$2" "$4")
  [[ -n $from && -n $to ]] && echo $((to - from)) || echo 0
}

# run_guest PEER GUEST DIR CONFIG LIMIT TEXT...: run the guest until the last text appears. If it fails, record
# that for the peer; false.
run_guest() {
  local peer=$1 guest=$2 dir=$3 config=$4 limit=$5 status=0 reason
  shift 5
  mkdir -p "$dir"
  guest run -a 2 -l "$limit" -o "$dir" -p "$(guest_command "$guest")" -w "$(watcher "$dir" "$@")" "$config" \
    > "$dir/run.log" 2>&1 || status=$?
  case $status in
    0) return 0 ;;
    1) reason="did not come to '${!#}' in $limit s (serial: $(last_line "$dir/serial"); debug: $(last_line "$dir/debug"))" ;;
    2) reason="could not be created: $(grep -m 1 -i error "$dir/create.log" || last_line "$dir/create.log")" ;;
    3) reason="the emulator broke the guest" ;;
    *) reason="stopped too early (serial: $(last_line "$dir/serial"); debug: $(last_line "$dir/debug"))" ;;
  esac
  unavailable "$peer" "$reason"
}

# measure_calls GUEST ROUND: run the program "speed" on all data drives of a guest.
measure_calls() {
  local guest=$1 round=$2 dir=$OUT/calls-$1-$2 program peer drive sectors number
  program=$(image speed)
  printf '%s' "salt=$((steps_done * 16)) ms=$work_ms more=$more_ms" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  guest_config "$guest" "$WORK/vm.cfg" "$program" "$data"
  run_guest "$guest-guest" "$guest" "$dir" "$WORK/vm.cfg" $guest_limit_s "${processor_texts[@]}" 'DONE ' || true
  # A program that fails has still measured, and checked, what it printed before: use that.
  if ! grep -aq '^DONE passed=[1-9][0-9]* failed=0' "$dir/serial"; then
    unavailable "$guest-guest" "$(grep -am1 '^FAIL' "$dir/serial" || last_line "$dir/serial")" || true
  fi
  ! grep -aq '^W ' "$dir/serial" || /payload/bin/pattern-disk check "$data" < "$dir/serial" > "$dir/written" 2>&1 ||
    fail "guest $guest: what it wrote is not in the image: $(last_line "$dir/written")"
  while read -r drive sectors; do
    peer=$(drive_peer "$guest" "$drive" $((0x$sectors / 2048)))
    number=$((0x$drive - 0x80))
    sed -nE "s/^S drive=$drive ([^ ]+) bytes=([0-9]+) microseconds=([0-9]+) calls=([0-9]+).*/\1 \2 \3/p" "$dir/serial" |
      awk -v round="$round" -v peer="$peer" -v spent="$(processor_ns "$dir" $number)" '
        $1 != "processor" { printf "figure %d %s %s %.1f\n", round, peer, $1, $2 / 1024 / ($3 / 1e6) }
        $1 == "processor" && spent { printf "figure %d %s processor-ns-per-kib %.0f\n", round, peer, spent / ($2 / 1024) }'
  done < <(sed -nE 's/^D drive=([0-9a-f]+) sectors=([0-9a-f]+).*/\1 \2/p' "$dir/serial")
}

processor_texts=()
for number in {1..5}; do processor_texts+=("processor: begin $number" "processor: end $number"); done

# processor_ns DIR NUMBER: print the processor time of dom0 and of the guest while it read that drive.
processor_ns() {
  echo $(($(between "$1" 2 "processor: begin $2" "processor: end $2") +
    $(between "$1" 3 "processor: begin $2" "processor: end $2")))
}

# measure_grub GUEST PEER ROUND: GRUB loads Debian's kernel and an initramfs of the usual size. The measurement
# ends where the kernel starts.
measure_grub() {
  local guest=$1 peer=$2 round=$3 dir=$OUT/grub-$2-$3 disk status=0
  disk=$(image grub-large)
  grub_disk_settings "$disk" stages=boot
  guest_config "$guest" "$WORK/vm.cfg" "$disk" '' memory=256
  # A machine without the daemon is strict.
  [[ $guest != strict ]] || stop_hook
  run_guest "$peer" "$guest" "$dir" "$WORK/vm.cfg" $guest_limit_s 'Invoking SeaBIOS' 'Booting from 0' \
    'grub: menu' 'grub: starting linux' 'grub: boot' || status=1
  [[ $guest != strict ]] || start_hook
  ((status == 0)) || return 0
  figure "$round" "$peer" grub-boot "$(between "$dir" 1 'Invoking SeaBIOS' 'grub: boot')"
  figure "$round" "$peer" grub-load "$(between "$dir" 1 'grub: starting linux' 'grub: boot')"
  figure "$round" "$peer" boot-sector "$(between "$dir" 1 'Invoking SeaBIOS' 'Booting from 0')"
  [[ -z $OVMF ]] || figure "$round" "$peer" grub-menu "$(between "$dir" 1 'Invoking SeaBIOS' 'grub: menu')"
}

# measure_boot_sector GUEST PEER ROUND: from the BIOS to the boot sector of its only disk. For the other peers
# the GRUB guests measure it.
measure_boot_sector() {
  local guest=$1 peer=$2 round=$3 dir=$OUT/sector-$2-$3
  guest_config "$guest" "$WORK/vm.cfg" "$(image arrived)" '' memory=256
  run_guest "$peer" "$guest" "$dir" "$WORK/vm.cfg" $guest_limit_s 'Invoking SeaBIOS' 'Booting from 0' || return 0
  figure "$round" "$peer" boot-sector "$(between "$dir" 1 'Invoking SeaBIOS' 'Booting from 0')"
}

# measure_linux ROUND TIMES: Linux' own driver reads the data disk on blkback, TIMES times in one boot.
measure_linux() {
  local round=$1 times=$2 dir=$OUT/linux-$1 disk number=0 rate
  disk=$(image grub-disk)
  grub_disk_settings "$disk" stages=boot "userland=speed$times"
  guest_config linux "$WORK/vm.cfg" "$disk" "$data" memory=256
  run_guest linux linux "$dir" "$WORK/vm.cfg" 200 'userland: up' 'userland: done' || return 0
  while read -r rate; do
    figure $((round + number++)) linux sequential-64k "$rate"
  done < <(sed -nE 's/^userland: speed xvdf 64k: ([0-9]+) bytes, ([0-9.]+) seconds.*/\1 \2/p' "$dir/serial" |
    awk '{ printf "%.1f\n", $1 / 1024 / $2 }')
  ((number == times)) || unavailable linux "$times rates expected, $number came: $(last_line "$dir/serial")" || true
}

# testspeed_rate FILE WHAT: print the KiB/s of testspeed's result after "grub: WHAT", 0 without one.
testspeed_rate() {
  sed -nE "/grub: $2\r?$/,/Speed/s/.*Speed: ([0-9.]+) ?(KiB|MiB)\/s.*/\1 \2/p" "$1" |
    awk '{ rate = $1 * ($2 == "MiB" ? 1024 : 1) } END { print rate + 0 }'
}

# measure_testspeed GUEST: GRUB measures the drives of a guest itself, once.
measure_testspeed() {
  local guest=$1 dir=$OUT/testspeed-$1 disk peer drive sectors size settings=()
  local mapping=$OUT/calls-$guest-1/serial
  [[ -f $mapping ]] || return 0
  disk=$(image grub-speed)
  while read -r drive sectors; do
    peer=$(drive_peer "$guest" "$drive" $((0x$sectors / 2048)))
    settings+=("s$((0x$drive - 0x80))=$([[ $peer == ide ]] && echo 256 || echo 8192)")
  done < <(sed -nE 's/^D drive=([0-9a-f]+) sectors=([0-9a-f]+).*/\1 \2/p' "$mapping")
  grub_disk_settings "$disk" "${settings[@]}"
  guest_config "$guest" "$WORK/vm.cfg" "$disk" "$data"
  run_guest "$guest-guest" "$guest" "$dir" "$WORK/vm.cfg" $guest_limit_s 'grub: done' || return 0
  while read -r drive sectors; do
    peer=$(drive_peer "$guest" "$drive" $((0x$sectors / 2048)))
    for size in 64 32; do
      figure 1 "$peer" "testspeed-${size}k" "$(testspeed_rate "$dir/serial" "hd$((0x$drive - 0x80)) ${size}k")"
    done
  done < <(sed -nE 's/^D drive=([0-9a-f]+) sectors=([0-9a-f]+).*/\1 \2/p' "$mapping")
}

# GRUB measures a disk that OVMF reads by its own PV driver; also the time until GRUB's menu.
measure_ovmf() {
  local dir=$OUT/testspeed-ovmf size
  guest_config ovmf "$WORK/vm.cfg" "$(image grub-speed-efi)" "$data"
  run_guest ovmf ovmf "$dir" "$WORK/vm.cfg" $ovmf_limit_s 'Invoking OVMF' 'grub: menu' 'grub: done' || return 0
  figure 1 ovmf grub-menu "$(between "$dir" 1 'Invoking OVMF' 'grub: menu')"
  for size in 64 32; do
    figure 1 ovmf "testspeed-${size}k" "$(testspeed_rate "$dir/serial" "data ${size}k")"
  done
}

# step PEER WHAT COMMAND...: run COMMAND, unless an earlier lab has run it, the time is over, or the peer has
# been given up.
step() {
  local peer=$1
  steps_done=$((steps_done + 1))
  ((steps_done >= FIRST_STEP)) || return 0
  if ((LAST_START && SECONDS > LAST_START)); then
    note "no time left for: $2"
  elif ! given_up "$peer"; then
    note "step $steps_done of $steps: $2"
    "${@:3}"
  fi
}

data=$WORK/data.img steps_done=0
steps=$((ROUNDS * (3 + ${#grub_guests[@]}) + 4))
[[ -z $OVMF ]] || steps=$((steps + 1))
note "making the data disk"
/payload/bin/pattern-disk fill "$data" "$data_mib" || fail "no data disk"
start_hook
for ((round = 1; round <= ROUNDS; round++)); do
  ((round > 1)) || step linux "Linux' own driver" measure_linux 1 3
  step hook-guest "round $round, PV" measure_calls hook "$round"
  step stock-guest "round $round, stock SeaBIOS" measure_calls stock "$round"
  step ide "round $round, the boot sector over IDE" measure_boot_sector ide ide "$round"
  for pair in "${grub_guests[@]}"; do
    read -r guest peer <<< "$pair"
    step "$peer" "round $round, GRUB loads Linux, $peer" measure_grub "$guest" "$peer" "$round"
  done
  if ((round == 1)); then
    step hook-guest "GRUB's testspeed, PV" measure_testspeed hook
    step stock-guest "GRUB's testspeed, stock SeaBIOS" measure_testspeed stock
    [[ -z $OVMF ]] || step ovmf "GRUB's testspeed, OVMF" measure_ovmf
  fi
done
step linux "Linux' own driver again" measure_linux 4 2
stop_hook
