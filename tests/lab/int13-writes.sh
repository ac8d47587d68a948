#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: writes of every size, alignment and form reach the image and change nothing else
# also: oxenstored
. /payload/tests/lib.sh
# shellcheck source=tests/lab/transfer-common.sh
. /payload/tests/transfer-common.sh

program=$(image writes)
choose_forms "$program"
make_images 40 21

play() {
  local pair
  images=()
  for pair in "81=$big" "82=$blocks" "83=$qdisk" "80=$program"; do
    cp "${pair#*=}" "${pair#*=}.before"
    images+=("${pair%%=*}=${pair#*=}.before:${pair#*=}")
  done
  give_disks "$program"
  # Only one attempt: a broken guest has already changed the image.
  vm_run -a 1 -l "$2" -p "$(wish "$1")" -u '^DONE ' "$WORK/vm.cfg"
  sync
  grep -a '^FAIL' "$OUT/$GUEST_LOG" || true
  expect_line "$OUT/debug" "xenpv: hand-over: $1 "
  /payload/bin/check-writes "$OUT/$GUEST_LOG" "$forms" "${images[@]}" ||
    fail "$1: wrong or missing writes; the guest printed: $(last_line "$OUT/$GUEST_LOG")"
}
# In strict mode each write takes a connection.
[[ $FULL != 1 ]] || play strict 1500
play linger 600

# The comparison has to detect one changed byte outside the writes: at the end of the disk that the
# program was booted from, which is zero there.
printf 'x' | dd of="$program" bs=1 seek=2097151 conv=notrunc status=none
status=0
/payload/bin/check-writes "$OUT/$GUEST_LOG" "$forms" "${images[@]}" > "$OUT/self-test" || status=$?
expect_same 'status of check-writes with a changed image' 1 "$status"
expect_line "$OUT/self-test" '^drive 80 sector fff: changed, but never written'
