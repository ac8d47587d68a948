#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests read, write and verify without a pause while they, their backends and dom0 are disturbed; every byte is accounted for
# set: full
#
# One guest after the other, HVM or PVH, in each mode of the hand-over, gets events at random moments. SOAK_MINUTES is
# the time (10), after which no further guest starts. SOAK_SEED repeats the guests and the events of an earlier run, but
# not the moments at which the lab gets to them.
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/ledger-common.sh

EVENTS=6       # of a guest
DELAY_MAX_S=5  # before an event
BROKEN_MAX=3   # guests that the emulator breaks, for each ten

minutes=${SOAK_MINUTES:-10}
RANDOM=${SOAK_SEED:=$RANDOM}
note "$minutes minutes; seed $SOAK_SEED (make soak HOURS=$(((minutes + 59) / 60)) SEED=$SOAK_SEED)"

types=(hvm pvh) modes=(strict linger hook)
both=(save migrate checkpoint pause pauses stall_qemu stall_store stall_blkback detach kill_qemu destroy update_store kill_worker)
hvm=(reset_key) pvh=(reboot)
# After these, calls may fail until the backend is there again.
failing='detach|kill_qemu'

# deal: what happens to the next guest. In the main shell: RANDOM in a subshell does not follow the seed.
deal() {
  local all number
  number=$((RANDOM % ${#types[@]}))
  default_type=${types[number]}
  mode=${modes[RANDOM % ${#modes[@]}]}
  all=("${both[@]}" "${hvm[@]}")
  [[ $default_type == hvm ]] || all=("${both[@]}" "${pvh[@]}")
  events=() delays=()
  for ((number = 0; number < EVENTS; number++)); do
    events+=("${all[RANDOM % ${#all[@]}]}")
    delays+=($((RANDOM % (DELAY_MAX_S * 10))))
  done
}

# live NAME: the life of one guest.
live() {
  local name=$1 number tenths
  ledger_start "$name" "$mode"
  [[ $mode != hook ]] || await 10 "$name: the daemon has not claimed its ports" is_claimed "$name"
  for ((number = 0; number < EVENTS; number++)); do
    tenths=${delays[number]}
    sleep $((tenths / 10)).$((tenths % 10))
    note "$SECONDS s: $name: ${events[number]}"
    "event_${events[number]}" "$name"
    echo "${events[number]}" >> "$OUT/events"
    ledger_works "$name"
  done
  ledger_end "$name"
  [[ ${events[*]} =~ $failing ]] || expect_no_failures "$name" phy qdisk
}

start_hook
trap ledger_clean EXIT
guests=0 broken=0
while ((SECONDS < minutes * 60)); do
  guests=$((guests + 1))
  deal
  note "$SECONDS s: g$guests: $default_type, $mode: ${events[*]}"
  sleep 1
  xl dmesg -c > /dev/null
  # In a shell of its own, so that the others go on when the emulator breaks this one. (Before "||" set -e has no effect.)
  set +e
  (
    set -e
    trap ledger_stop_following EXIT
    live "g$guests"
  )
  status=$?
  set -e
  if [[ $status == 3 ]]; then
    broken=$((broken + 1))
    note "g$guests: broken by the emulator"
    throttle_blkback 0
    ! find_new_guest "g$guests" none || end_guest "g$guests"
  elif [[ $status != 0 ]]; then
    exit "$status"
  fi
done
((broken * 10 <= guests * BROKEN_MAX)) || exit 3

stop_hook
expect_no_trace
sort "$OUT/events" | uniq -c | while read -r count event; do note "$event: $count"; done
awk -v guests="$guests" -v broken="$broken" '/^ledger:/ { boots += $2; reads += $4; writes += $6; sectors += $8; wrong += $10 }
  END { printf "soak: %d guests (%d broken by the emulator), %d boots, %d reads, %d writes, %d sectors verified, %d wrong\n",
    guests, broken, boots, reads, writes, sectors, wrong }' "$OUT"/g*/ledger
