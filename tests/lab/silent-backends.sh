#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: fifteen backends that connect and never respond cost one limit together, and the disk after them boots
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/silent-common.sh

transfer_limit_ms=30000

read -ra vdevs <<< "$(bad_vdevs)"
boot_good silent "/payload/bin/hostile-backend \$DOMID ${vdevs[*]/%/=mute} > $WORK/requests 2>&1"
killall hostile-backend 2> /dev/null || true
cp "$WORK/requests" "$OUT/silent/requests"
ready=$(ready_ms silent)
note "15 silent disks: the firmware waited $ready ms, $(grep -c request "$OUT/silent/requests" || true) requests got no response"
((ready < 2 * transfer_limit_ms)) || fail "the firmware waited $ready ms, longer than one limit"
for vdev in $(bad_vdevs); do
  expect_line "$OUT/silent/debug" "$vdev: .*(does not respond|TIMEDOUT)" "the log does not name $vdev"
  count=$(grep -c "^$(number_of "$vdev"): request" "$OUT/silent/requests" || true)
  # None, if the limit had passed before its turn.
  ((count <= 2)) || fail "$vdev got $count requests"
done
