#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that reads by int13 does not notice that it is saved and restored, again and again
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh

SAVES=4

program=$(image reads)
big=$WORK/big.img qdisk=$WORK/qdisk.img
head -c $((2 * 1024 * 1024 + 37 * 512)) /dev/urandom > "$big"
head -c $((2 * 1024 * 1024 + 3 * 512)) /dev/urandom > "$qdisk"

play() {
  local mode=$1 turn before file disk
  start_moving_guest "$mode" "$mode" \
    disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,target=$big" \
    disk="format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$qdisk"
  await 90 "$mode: no reads" has_lines "$mode" R 20
  for ((turn = 1; turn <= SAVES; turn++)); do
    save_and_restore "$mode" "$turn"
    before=$(lines_of "$mode" R)
    await 90 "$mode: reads nothing more after restore $turn" has_lines "$mode" R $((before + 50))
  done
  # On another host the images may have other names.
  for file in "$big" "$qdisk"; do ln -f "$file" "${file%.img}-moved.img"; done
  sed -E 's/(big|qdisk)\.img/\1-moved.img/g' "$WORK/$mode.cfg" > "$WORK/$mode-moved.cfg"
  save_and_restore "$mode" $((SAVES + 1)) "$WORK/$mode-moved.cfg"
  for disk in vbd/$(id_of "$mode")/51792 qdisk/$(id_of "$mode")/51808; do
    xenstore-read "/local/domain/0/backend/$disk/params"
  done > "$OUT/$mode/params"
  expect_same "$mode: images with another name" 2 "$(grep -c moved "$OUT/$mode/params")"
  await "$2" "$mode: does not end" is_done "$mode"
  end_moving_guest "$mode"
  expect_content "$mode"
  /payload/bin/check-reads "$OUT/$mode/all" CcLlMFH "81=$big" "82=$qdisk" "80=$program" ||
    fail "$mode: wrong or missing reads"
}

# In strict mode each of two thousand reads takes a connection.
[[ ${FULL:-} != 1 ]] || play strict 1500
play linger 600
expect_reconnects linger xvdf $((SAVES + 1))
expect_no_line "$OUT/linger/debug" 'xenpv: .*(not used|stays in state|closed for good)'
