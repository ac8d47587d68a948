# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 over PV beside the emulated disks of stock SeaBIOS and beside Linux' own driver: the table of docs/performance.md
# needs: grub-disk grub-large grub-speed
#
# All peers have the same image file, in dom0's memory: none finds a medium slower than another. They take
# turns, one guest at a time, ROUNDS times. What was measured is printed, so that it is not lost if the lab
# does not come to its end: "figure ROUND PEER WHAT VALUE", the value in units of its kind (KiB/s,
# microseconds, nanoseconds for each KiB), and "unavailable PEER REASON" for a peer that fails; the others go
# on. "step N of M: WHAT" comes before each step. tests/bench/run collects them, tests/bench/table makes the
# report.
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/bench-peers.sh

hypervisor=/var/log/xen/hypervisor.log
unavailable=$OUT/unavailable
# In this order they take turns.
call_peers=(hook-blkback ide virtio hook-qdisk ahci nvme)
grub_peers=(hook-blkback ahci strict-blkback)
data_mib=$((1024 + 64)) # the program "speed" writes to the last 64
work_ms=800
guest_limit_s=90

touch "$unavailable"

# figure ROUND PEER WHAT VALUE
figure() { echo "figure $*"; }

# given_up PEER: whether it has failed as often as makes no sense to go on.
given_up() { (($(grep -cx "$1" "$unavailable") >= 2)); }

# Print the command that waits for the last of these lines on the serial port or the debug console, and
# notes when each came. watcher DIR TEXT...
watcher() {
  local dir=$1
  shift
  # shellcheck disable=SC2016 # DOMID and LIMIT are set where it runs
  printf '/payload/bin/moments -d "$DOMID" -l "$LIMIT" %q %q -- ' "$dir/serial" "$hypervisor"
  printf '%q ' "$@"
  printf '> %q' "$dir/moments"
}

# moment DIR FIELD TEXT: microseconds (1), or nanoseconds of dom0 (2) or of the guest (3), at that line.
moment() {
  awk -v field="$2" -v text="$3" '{ line = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", line) }
    line == text { print $field }' "$1/moments"
}

# between DIR FIELD FROM TO: what has passed from one line to the other, 0 if either is missing.
between() {
  local from to
  from=$(moment "$1" "$2" "$3") to=$(moment "$1" "$2" "$4")
  [[ -n $from && -n $to ]] && echo $((to - from)) || echo 0
}

# run_guest PEER DIR CONFIG LIMIT TEXT...: run it until the last text is seen. False, and noted, if it fails.
run_guest() {
  local peer=$1 dir=$2 config=$3 limit=$4 status=0 reason
  shift 4
  mkdir -p "$dir"
  guest run -a 2 -l "$limit" -o "$dir" -p "$(peer_command "$peer")" -w "$(watcher "$dir" "$@")" "$config" \
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

# unavailable PEER REASON: note it, and be false.
unavailable() {
  echo "$1" >> "$unavailable"
  echo "unavailable $1 $2"
  return 1
}

# The program "speed" with the data disk.
measure_calls() {
  local peer=$1 round=$2 dir=$OUT/$1-$2 salt program spent
  salt=$steps_done
  program=$(image speed)
  printf '%s' "salt=$salt ms=$work_ms kib=$(peer_kib "$peer")" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  peer_config "$peer" "$WORK/vm.cfg" "$program" "$data"
  run_guest "$peer" "$dir" "$WORK/vm.cfg" $guest_limit_s 'Invoking SeaBIOS' 'Booting from 0' \
    'speed: up' 'processor: begin' 'processor: end' 'DONE ' || return 0
  if ! grep -aq '^DONE passed=[1-9][0-9]* failed=0' "$dir/serial"; then
    unavailable "$peer" "$(grep -am1 '^FAIL' "$dir/serial" || last_line "$dir/serial")" || return 0
  fi
  if ! /payload/bin/pattern-disk check "$data" < "$dir/serial" > "$dir/written" 2>&1; then
    fail "$peer: what it wrote is not in the image: $(last_line "$dir/written")"
  fi
  sed -nE 's/^S ([^ ]+) bytes=([0-9]+) microseconds=([0-9]+) calls=([0-9]+).*/\1 \2 \3/p' "$dir/serial" |
    awk -v round="$round" -v peer="$peer" '{ printf "figure %d %s %s %.1f\n", round, peer, $1, $2 / 1024 / ($3 / 1e6) }'
  figure "$round" "$peer" boot-sector "$(between "$dir" 1 'Invoking SeaBIOS' 'Booting from 0')"
  spent=$(($(between "$dir" 2 'processor: begin' 'processor: end') + \
    $(between "$dir" 3 'processor: begin' 'processor: end')))
  figure "$round" "$peer" processor-ns-per-kib $((spent / $(peer_kib "$peer")))
}

# GRUB loads Debian's kernel and its initramfs; the kernel is not waited for.
measure_grub() {
  local peer=$1 round=$2 dir=$OUT/grub-$1-$2 disk
  disk=$(image grub-large)
  grub_disk_settings "$disk" stages=boot
  peer_config "$peer" "$WORK/vm.cfg" "$disk" '' memory=256
  run_guest "$peer" "$dir" "$WORK/vm.cfg" $guest_limit_s 'Invoking SeaBIOS' 'Booting from 0' \
    'grub: menu' 'grub: starting linux' 'grub: boot' || return 0
  figure "$round" "$peer" grub-boot "$(between "$dir" 1 'Invoking SeaBIOS' 'grub: boot')"
  figure "$round" "$peer" grub-load "$(between "$dir" 1 'grub: starting linux' 'grub: boot')"
  figure "$round" "$peer" boot-sector-alone "$(between "$dir" 1 'Invoking SeaBIOS' 'Booting from 0')"
}

# Linux reads the data disk by its own driver, some times in one boot.
measure_linux() {
  local round=$1 times=$2 dir=$OUT/linux-$1 disk number=0 rate
  disk=$(image grub-disk)
  grub_disk_settings "$disk" stages=boot "userland=speed$times"
  peer_config hook-blkback "$WORK/vm.cfg" "$disk" "$data" memory=256
  run_guest linux "$dir" "$WORK/vm.cfg" 200 'userland: up' 'userland: done' || return 0
  while read -r rate; do
    figure $((round + number++)) linux sequential-64k "$rate"
  done < <(sed -nE 's/^userland: speed xvdf 64k: ([0-9]+) bytes, ([0-9.]+) seconds.*/\1 \2/p' "$dir/serial" |
    awk '{ printf "%.1f\n", $1 / 1024 / $2 }')
  ((number == times)) || unavailable linux "$times rates expected, $number came: $(last_line "$dir/serial")" || true
}

# What GRUB's own measurement says, once.
measure_testspeed() {
  local peer=$1 dir=$OUT/testspeed-$1 disk size rate
  disk=$(image grub-speed)
  grub_disk_settings "$disk" "sectors=$(($(peer_kib "$peer") * 2))"
  peer_config "$peer" "$WORK/vm.cfg" "$disk" "$data"
  run_guest "$peer" "$dir" "$WORK/vm.cfg" $guest_limit_s 'grub: done' || return 0
  for size in 64 32; do
    rate=$(sed -nE "/grub: ${size}k/,/^Speed/s/^Speed: ([0-9.]+) ?(KiB|MiB)\/s.*/\1 \2/p" "$dir/serial" | tr -d '\r' |
      awk '{ print $1 * ($2 == "MiB" ? 1024 : 1) }')
    [[ -z $rate ]] || figure 1 "$peer" "testspeed-${size}k" "$rate"
  done
}

# step PEER WHAT COMMAND...: do it, if it was not done before, if there is time, and if the peer works.
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
steps=$((ROUNDS * (${#call_peers[@]} + ${#grub_peers[@]}) + ${#call_peers[@]} + 2))
note "making the data disk"
/payload/bin/pattern-disk fill "$data" "$data_mib" || fail "no data disk"
start_hook
for ((round = 1; round <= ROUNDS; round++)); do
  ((round > 1)) || step linux "Linux' own driver" measure_linux 1 3
  for peer in "${call_peers[@]}"; do
    step "$peer" "round $round, $peer" measure_calls "$peer" "$round"
  done
  for peer in "${grub_peers[@]}"; do
    step "$peer" "round $round, GRUB loads Linux, $peer" measure_grub "$peer" "$round"
  done
  for peer in "${call_peers[@]}"; do
    ((round > 1)) || step "$peer" "GRUB's testspeed, $peer" measure_testspeed "$peer"
  done
done
step linux "Linux' own driver again" measure_linux 4 2
stop_hook
