#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a later call uses a disk again whose backend did not react once, or was away for a while, without a reset
# set: full
# also: oxenstored
. /payload/tests/lib.sh

# The fault of each data drive, from 81h on, and at which opening it happens; POST's is the first.
# They happen in different turns, because the other disks wait during a fault.
faults=(
  "xvdf returns,opening=3"
  "xvdg goes-away,opening=5"
  "xvdh ignores-opening,opening=7"
)
turns=11

program=$(image chances)
printf 'turns=%u ' $turns | dd of="$program" bs=512 seek=1 conv=notrunc status=none
vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$program"
vm_run -l 150 -u '^DONE ' \
  -p "/payload/bin/hostile-backend \$DOMID ${faults[*]/ /=} > $OUT/backend 2>&1; $(wish strict)" "$WORK/vm.cfg"
killall hostile-backend 2> /dev/null || true

# Each fault has happened, and none is permanent.
number=$((202 << 8 | 5 << 4)) drive=$((0x81))
for fault in "${faults[@]}"; do
  read -r vdev fault <<< "$fault"
  line=$(tr -d '\r' < "$OUT/$GUEST_LOG" | grep -a "^C $(printf %x $drive) ") || fail "the guest has printed no line for $vdev"
  note "$vdev, $fault:${line#C ??}"
  expect_line "$OUT/backend" "^$number: " "$vdev: the fault did not happen"
  [[ $line == *" 00" ]] || lost+=" $vdev (${fault%%,*})"
  number=$((number + 16)) drive=$((drive + 1))
done
[[ -z ${lost:-} ]] || fail "not used again:$lost"
expect_line "$OUT/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/$GUEST_LOG" || true)"
