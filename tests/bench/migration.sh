# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: how long a guest stands still in a live migration to its own host and in a save and a restore, with disks open, closed, and emulated
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/figures-common.sh
export default_vga=cirrus # as xl gives it

repeats=$((ROUNDS < 3 ? ROUNDS : 3))
moves=$((2 * repeats)) # of each guest: migrations, and as many saves
limit_s=120
data_mib=32 # what the program reads
data=$WORK/data.img
data_number=51792 # xvdf in xenstore

# What xl prints when it starts the new domain of a migration.
start_words='Got permission, starting domain'

now_us() { echo "${EPOCHREALTIME/./}"; }

#### One move ####

# watch_arrival NAME TURN: write to OUT/NAME/moments.TURN when xl starts the new domain, and when the guest first prints
# "#" there. Begins when the guest has a new file for its output.
watch_arrival() {
  until [[ -e $(part "$1" "$2") ]]; do sleep 0.1; done
  /payload/bin/moments -l $limit_s "$OUT/$1/serial" "$OUT/$1/migrate.$2" -- "$start_words" '#' > "$OUT/$1/moments.$2"
}

# moment NAME TURN WORDS: print when they appeared, in microseconds; nothing if they did not.
moment() {
  awk -v words="$3" '{ at = $1; sub(/^[-0-9]+ [-0-9]+ [-0-9]+ /, "") } $0 == words { print at }' "$OUT/$1/moments.$2"
}

# last_output NAME TURN: print when the old domain's QEMU wrote its last output, in microseconds.
last_output() {
  local time
  time=$(stat -c %.6Y "$(part "$1" "$2")")
  echo "${time/./}"
}

# move NAME TURN HOW: move the guest ("migrate" or "save_and_restore"), and keep how long it stood still: from its last
# output until the new domain prints "#".
move() {
  local name=$1 turn=$2 how=$3 watcher arrived started still begun
  watch_arrival "$name" "$turn" &
  watcher=$!
  begun=$(now_us)
  $how "$name" "$turn"
  wait $watcher || fail "$name: prints nothing after move $turn"
  arrived=$(moment "$name" "$turn" '#') started=$(moment "$name" "$turn" "$start_words")
  still=$((arrived - $(last_output "$name" "$turn")))
  figure "$name" "$how" $still
  [[ -z $started ]] || figure "$name" started $((arrived - started))
  note "$name: $how: $still us, after its start ${started:+$((arrived - started))} us, all $(($(now_us) - begun)) us"
}

# measure_calls NAME: let an idle guest make two calls, and keep their times, and the connections of a PV disk.
measure_calls() {
  local name=$1 events=$OUT/$1/events before watch times
  before=$(lines_of "$name" 'R#')
  # An event at once, then one when a connection writes this key, and one when it removes it.
  xenstore-watch "/local/domain/$(id_of "$name")/device/vbd/$data_number/ring-ref" > "$events" 2>&1 &
  watch=$!
  await 10 "$name: no watch" test -s "$events"
  press "$name"
  await 90 "$name: no calls after a move" has_lines "$name" 'R#' $((before + 2))
  sleep 0.5
  kill $watch
  mapfile -t times < <(serial "$name" | sed -nE 's/^R#([0-9]+)\r?$/\1/p' | tail -n 2)
  figure "$name" first "${times[0]}"
  figure "$name" next "${times[1]}"
  [[ $name == ide-* ]] || figure "$name" connections $(($(wc -l < "$events") / 2))
  note "$name: calls of ${times[*]} us, $(($(wc -l < "$events") / 2)) connections"
}

#### One guest ####

# measure MODE KIND: a guest in a mode of the hand-over (or "ide": stock SeaBIOS), which reads all the time or is idle.
measure() {
  local mode=$1 kind=$2 name=$1-$2 turn how program disks line='R#' parameters=''
  [[ $kind == reads ]] || line='#' parameters="idle keys=$moves"
  program=$(image downtime)
  printf '%s ' "$parameters" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  if [[ $mode == ide ]]; then
    disks=(bios="$STOCK_BIOS" disk="format=raw,vdev=hda,access=rw,target=$program"
      disk="format=raw,vdev=hdb,access=rw,target=$data")
  else
    disks=(disk="format=raw,vdev=xvde,access=rw,target=$program" disk="format=raw,vdev=xvdf,access=rw,target=$data")
  fi
  start_moving_guest "$name" "${mode/ide/off}" "${disks[@]}"
  await 90 "$name: does not start ($(last_line "$OUT/$name/serial"))" has_lines "$name" "$line" 5
  for ((turn = 1; turn <= moves; turn++)); do
    how=migrate
    ((turn % 2)) || how=save_and_restore
    move "$name" $turn $how
    [[ $kind == reads ]] || measure_calls "$name"
  done
  [[ $kind == idle ]] || press "$name"
  await 30 "$name: does not end" is_done "$name"
  end_moving_guest "$name"
  expect_content "$name"
  [[ $mode != linger ]] || expect_reconnects "$name" xvdf $moves
}

#### All ####

# ms NAME WHAT: print the median of these times, the least and the largest, in milliseconds.
ms() { range "$1" "$2" 1000 %.0f; }

/payload/bin/pattern-disk fill "$data" $data_mib || fail "no data"
# Not hook mode: before the claim a guest in it is as in strict mode, and after it as in linger mode.
for mode in linger strict ide; do
  for kind in reads idle; do measure $mode $kind; done
done

row guest 'xl migrate, ms' 'of these, after xl starts the new domain' 'xl save and xl restore, ms'
row --- --- --- ---
while read -r name text; do
  row "$text" "$(ms "$name" migrate)" "$(ms "$name" started)" "$(ms "$name" save_and_restore)"
done << END
linger-reads PV, disk open: reads
strict-reads PV, disk closed: reads
ide-reads stock SeaBIOS, IDE: reads
linger-idle PV, disk open: no call
strict-idle PV, disk closed: no call
ide-idle stock SeaBIOS, IDE: no call
END
echo | tee -a "$OUT/report"
row 'an idle guest after a move' 'first call, ms' 'second call, ms' connections
row --- --- --- ---:
while read -r name text; do
  row "$text" "$(range "$name" first 1000 %.1f)" "$(range "$name" next 1000 %.1f)" "$(median "$name" connections)"
done << END
linger-idle PV, disk open
strict-idle PV, disk closed
ide-idle stock SeaBIOS, IDE
END
{
  echo
  echo "Times are medians (least to largest). Moves of each kind: $repeats"
} | tee -a "$OUT/report"
