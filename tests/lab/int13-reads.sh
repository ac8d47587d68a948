#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: reads of every size, alignment and form return what the image holds and change nothing else
. /payload/tests/lib.sh
# shellcheck source=tests/lab/transfer-common.sh
. /payload/tests/transfer-common.sh

program=$(image reads)
choose_forms "$program"
make_images 24 37
images=("81=$big" "82=$blocks" "83=$qdisk" "80=$program")

play() {
  give_disks "$program"
  # Only one attempt: the next one would find the loop device detached.
  vm_run -a 1 -l "$2" -p "$(wish "$1")" -u '^DONE ' "$WORK/vm.cfg"
  grep -a '^FAIL' "$OUT/$GUEST_LOG" || true
  /payload/bin/check-reads "$OUT/$GUEST_LOG" "$forms" "${images[@]}" ||
    fail "$1: wrong or missing reads; the guest printed: $(last_line "$OUT/$GUEST_LOG")"
}
# Two thousand scattered reads: in strict mode each one takes a connection.
[[ $FULL != 1 ]] || play strict 1500
play linger 600

# The comparison has to detect one wrong byte.
old=$(dd if="$big" bs=1 skip=20000001 count=1 status=none | od -An -tu1)
# shellcheck disable=SC2059 # the byte is built in the format
printf "\\x$(printf %x $((old ^ 1)))" | dd of="$big" bs=1 seek=20000001 conv=notrunc status=none
status=0
/payload/bin/check-reads "$OUT/$GUEST_LOG" "$forms" "${images[@]}" > "$OUT/self-test" || status=$?
expect_same 'status of check-reads with a changed image' 1 "$status"
expect_line "$OUT/self-test" '^wrong data: drive 81 '
