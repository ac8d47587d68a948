#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that is saved and restored again and again while it reads by int13 sees nothing of it
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

SAVES=4

program=$(image reads)
big=$WORK/big.img qdisk=$WORK/qdisk.img
head -c $((2 * 1024 * 1024 + 37 * 512)) /dev/urandom > "$big"
head -c $((2 * 1024 * 1024 + 3 * 512)) /dev/urandom > "$qdisk"

# The serial port's file begins anew with each restore; what was in it is in the parts before.
serial() { cat "$OUT/$1/part."* "$OUT/$1/serial" 2> /dev/null; }
lines_of() { serial "$1" | grep -ac '^R' || true; }
has_lines() { [[ $(lines_of "$1") -ge $2 ]]; }
is_done() { serial "$1" | grep -aq '^DONE'; }

save_and_restore() {
  local name=$1 turn=$2 old
  old=$(id_of "$name")
  xl save "$old" "$WORK/state" > "$OUT/$name/save.$turn" 2>&1 || fail "$name: xl save failed"
  mv "$OUT/$name/serial" "$OUT/$name/part.$turn"
  xl restore "$WORK/state" > "$OUT/$name/restore.$turn" 2>&1 || fail "$name: xl restore failed"
  rm "$WORK/state"
  know_guest "$name"
  [[ $(id_of "$name") != "$old" ]] || fail "$name: the restored domain has its old number"
}

play() {
  local mode=$1 turn before first
  mkdir -p "$OUT/$mode"
  vm_config "$WORK/$mode.cfg" name="$mode" memory=40 vnc=0 sdl=0 usb=0 \
    serial="\"file:$OUT/$mode/serial\"" \
    disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,target=$big" \
    disk="format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$qdisk"
  xl create -p "$WORK/$mode.cfg" > "$OUT/$mode/create.log" 2>&1 || fail "$mode: not created"
  know_guest "$mode"
  first=$(id_of "$mode")
  DOMID=$first bash -c "$(wish "$mode")"
  xl unpause "$first"
  await 90 "$mode: no reads" has_lines "$mode" 20
  for ((turn = 1; turn <= SAVES; turn++)); do
    save_and_restore "$mode" "$turn"
    before=$(lines_of "$mode")
    await 90 "$mode: does not read on after restore $turn" has_lines "$mode" $((before + 50))
  done
  await "$2" "$mode: does not come to its end" is_done "$mode"
  serial "$mode" > "$OUT/$mode/all"
  # Its own domains, from the first on: there are lines of guests before it.
  xl dmesg | awk -v first="$first" '/^\(d[0-9]+\)/ && substr($0, 3) + 0 >= first' > "$OUT/$mode/debug"
  end_guest "$mode"
  expect_line "$OUT/$mode/all" '^DONE passed=[1-9][0-9]* failed=0' "$mode: $(grep -am1 ^FAIL "$OUT/$mode/all" || true)"
  /payload/bin/check-reads "$OUT/$mode/all" CcLlMFH "81=$big" "82=$qdisk" "80=$program" ||
    fail "$mode: wrong or missing reads"
}

# In strict mode each of two thousand reads is a connection.
[[ ${FULL:-} != 1 ]] || play strict 1500
play linger 600
# Each restore has taken the connections away.
lost=$(grep -Ec 'xvdf: (closed by somebody else|connecting again)' "$OUT/linger/debug" || true)
expect_same "restores that were noticed" $SAVES "$lost"
expect_no_line "$OUT/linger/debug" 'xenpv: .*(not used|given up|stays in state|closed for good)'
