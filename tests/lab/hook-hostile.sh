#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that hammers the ports and writes nonsense to xenstore harms neither other guests nor the daemon
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

memory_kib() { sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(worker)/status"; }

start_hook
run_guest bystander "first=read"
run_guest victim "first=read"
await_claimed bystander
await_claimed victim
run_guest attacker "first=read turns=many"
await_claimed attacker
first_worker=$(worker)

# A guest can write the directories of its own frontends. While the attacker hammers, dom0 writes to
# its directories: states and marks with which the daemon claims it again and again, invalid marks,
# and the backends of other guests' disks.
front=/local/domain/$(id_of attacker)/device/vbd
victims=/local/domain/0/backend/vbd/$(id_of victim)/51776
long=$(printf '%02000d' 8)
mark_a=$(xenstore-read "$front/51776/xenpv-firmware") mark_b=$(xenstore-read "$front/51792/xenpv-firmware")
port_a=$(cut -d' ' -f4 <<< "$mark_a")
write_nonsense() {
  local turn mark
  for ((turn = 0; ; turn++)); do
    for mark in "$mark_a" "hook 8 17 9 5 6 18898" "hook 8 17" "hook 4294967295 4294967295 9 5 6 18898" "hook 0 8 9 5 6 18898" \
      "hook 8 0 9 5 6 18898" "hook 8 1025 9 5 6 18898" "hook 8" "hook  8 17 9 5 6 18898" "hook 8 17 9 5 6 18898 " "hook -8 17 9 5 6 18898" \
      "strict ${mark_a#* }" "linger ${mark_a#* }" "hook 1048570 1024 9 5 6 18898" "hook 8 17 9 5 4294967295 18898" "$long" ""; do
      xenstore-write "$front/51776/xenpv-firmware" "$mark" "$front/51776/ring-ref" 8 \
        "$front/51776/state" "$((turn % 9))" "$front/51776/backend" "$victims" "$front/51776/backend-id" 7 \
        "$front/51776/event-channel" "$port_a" \
        "$front/51792/xenpv-firmware" "$mark_b" "$front/51792/state" 4 "$front/51792/ring-ref" 9 || return 0
    done
    if ((turn % 4 == 0)); then
      xenstore-rm "$front/51776/state" "$front/51776/ring-ref"
      xenstore-write "$front/51776/state/below/that" "$long" "$front/51776/ring-ref/too" "$long"
      xenstore-rm "$front/51776/state/below" "$front/51776/ring-ref/too"
    fi
  done
}
write_nonsense > "$OUT/nonsense.log" 2>&1 &
nonsense=$!
press attacker
await_line attacker TURN
before=$(memory_kib)
sleep 20

# Meanwhile the daemon serves other guests.
press victim
await 15 "the victim was not served in time" has_printed victim FIRST
expect_line "$OUT/hook.log" "domain $(id_of victim): handed over: trigger=[^ ]+ disks=2 closed=2 "
sleep 10
after=$(memory_kib)
note "memory of the daemon: $before KiB, then $after KiB; hand-overs of the attacker: $(grep -c "domain $(id_of attacker): handed over" "$OUT/hook.log")"
((after < before + 1024)) || fail "the daemon grew from $before to $after KiB"
# A worker ends if xenstored does not answer for a time, as the writes above can cause in a slow lab. Nothing
# else may end it, and the next one must do all that follows.
if [[ $(worker) != "$first_worker" ]]; then
  expect_line "$OUT/hook.log" "xenstored does not answer"
  note "the flood kept xenstored busy for so long that the worker was replaced"
fi

kill "$nonsense"
wait "$nonsense" 2> /dev/null || true
end_guest attacker
expect_handed_over victim
expect_done victim
# The guest that has not made its access is not affected.
is_claimed bystander || fail "the bystander's claim is gone"
for number in 51776 51792; do
  key_is "$(id_of bystander)/device/vbd/$number/state" 4 || fail "the bystander's disk was closed"
done
press bystander
await_line bystander FIRST
expect_handed_over bystander
expect_done bystander
end_guest bystander
end_guest victim
stop_hook
expect_no_trace
