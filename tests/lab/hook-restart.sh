#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a daemon that is stopped, restarted or released closes the disks of guests in mid-boot, and a guest that transfers goes on
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh

# expect_system NAME: it starts, finds its disks closed, with the data that int13 has read.
expect_system() {
  expect_done "$1"
  end_guest "$1"
}

start_hook
note "stopped, and started again later"
loaded_guest stopped
end_hook
expect_handed_over stopped
expect_system stopped

note "restarted"
start_hook
loaded_guest restarted
end_hook
start_hook
await 5 "restarted is not attended to" is_announced restarted
expect_handed_over restarted
expect_system restarted

note "killed, then released"
loaded_guest released
kill_hook
/payload/bin/xenpv-hookd --release >> "$OUT/release.log" 2>&1 || fail "--release failed"
expect_handed_over released
expect_system released

note "restarted twice while a guest reads and writes"
/payload/bin/pattern-disk fill "$WORK/before" 4
cp "$WORK/before" "$WORK/after"
program=$(image moves)
printf 'areas=256 ' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
start_hook
start_moving_guest busy auto \
  disk="format=raw,vdev=xvde,access=rw,target=$program" \
  disk="format=raw,vdev=xvdf,access=rw,target=$WORK/after"
await 90 "no transfers" has_lines busy M 2
for ((turn = 1; turn <= 2; turn++)); do
  end_hook
  start_hook
  before=$(lines_of busy M)
  await 90 "does not go on after restart $turn" has_lines busy M $((before + 2))
done
press busy
await 180 "does not end" is_done busy
end_moving_guest busy
note "$(grep -a ^MOVES "$OUT/busy/all" | tail -n 1 | tr -d '\r')"
sync
/payload/bin/check-sequence "$OUT/busy/all" "81=$WORK/before:$WORK/after" > "$OUT/busy/compared" ||
  fail "$(grep -am1 ^FAIL "$OUT/busy/all" || head -n 1 "$OUT/busy/compared")"
expect_content busy
expect_line "$OUT/busy/debug" 'hand-over: hook'
stop_hook
expect_no_trace
