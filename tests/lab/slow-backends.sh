#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest does not flood xenstored while backends do not change their state, and while a daemon does not claim
. /payload/tests/lib.sh
. /payload/tests/silent-common.sh
. /payload/tests/store-log-common.sh

# Limits for all disks together, after the first second. A single second may also have requests of
# the next one.
requests_a_second=20 requests_max=40

# Disks whose backends never react, and a daemon that is announced but never claims.
numbers=()
for vdev in $(bad_vdevs); do numbers+=("$(number_of "$vdev")"); done
{
  wish hook
  echo
  echo "xenstore-write /local/domain/\$DOMID/platform/xenpv-hook 2"
  echo "bash /payload/tests/dead-disks.sh ${numbers[*]}"
  log_store "$WORK/store.log"
} > "$WORK/absent-backends"
boot_good slow "bash $WORK/absent-backends"
end_store_log "$WORK/store.log"
xenstore-rm /local/domain/0/backend/absent
for vdev in $(bad_vdevs); do
  expect_line "$OUT/slow/debug" "$vdev: .*TIMEDOUT" "the log does not name $vdev"
done

# The guest's connection to xenstored is the one with the most reads of these backends.
connection=$(sed -nE 's/^IN ([^ ]+) .* READ .*backend\/absent\/.*\/state.*/\1/p' "$WORK/store.log" | sort | uniq -c | sort -n |
  tail -n 1 | awk '{ print $2 }')
[[ -n $connection ]] || fail "xenstored has logged nothing of the guest: $(last_line "$WORK/store.log")"
grep -F "$connection" "$WORK/store.log" | head -n 3000 > "$OUT/slow/store.log" || true
# Count its requests in each whole second of a wait, for the backends and then for the claim.
# Excluded are the first second, a second in which it writes (the good disk connects meanwhile) and
# the next one, and the last two, in which it checks each disk once more and abandons it.
awk -v connection="$connection" '
  $1 != "IN" || $2 != connection { next }
  {
    split($4, time, ":")
    second = time[1] * 3600 + time[2] * 60 + time[3]
    count[second]++
    if ($5 == "WRITE") written[second] = 1
    wait = /backend\/absent\// ? "backends" : /xenpv-hook-claim/ ? "claim" : ""
    if (wait && !(wait in first)) first[wait] = second
    if (wait) last[wait] = second
  }
  END {
    for (wait in first) {
      print wait, 0, 0
      # No disk is abandoned at the end of the wait for the claim.
      end = wait == "backends" ? last[wait] - 1 : last[wait]
      for (second = first[wait] + 2; second < end; second++)
        if (!(second in written) && !((second - 1) in written))
          print wait, second - first[wait], count[second] + 0
    }
  }' "$WORK/store.log" | sort -k 1,1 -k 2,2n > "$OUT/slow/requests"
for wait in backends claim; do
  read -r seconds total max <<< "$(awk -v wait=$wait '
    $1 == wait && $2 { seconds++; total += $3; if ($3 > max) max = $3 }
    END { print seconds + 0, total + 0, max + 0 }' "$OUT/slow/requests")"
  note "wait for $wait: $total requests in $seconds s, at most $max in one"
  grep -q "^$wait " "$OUT/slow/requests" || fail "there was no wait for $wait"
  ((seconds > 0)) || fail "no whole second of the wait for $wait can be counted"
  if ((total > requests_a_second * seconds || max > requests_max)); then
    too_many+=" $total in $seconds s and $max in one of them, in the wait for $wait;"
  fi
done
[[ -z ${too_many:-} ]] || fail "the guest sends xenstored too many requests:${too_many%;}"
note "$(grep 'PV disks ready' "$OUT/slow/debug")"
ready_ms slow > /dev/null
