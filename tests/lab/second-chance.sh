#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a disk whose backend fails to follow once, or is away for a while, is used again by a later call, without a reset
. /payload/tests/lib.sh

# The fault of each data drive, from 81h on, and with which opening it comes: POST is the first. They do
# not come in the same turn, for a fault makes the others wait.
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

# Each fault has been played, and none is for ever.
number=$((202 << 8 | 5 << 4)) drive=$((0x81))
for fault in "${faults[@]}"; do
  read -r vdev fault <<< "$fault"
  line=$(tr -d '\r' < "$OUT/serial" | grep -a "^C $(printf %x $drive) ") || fail "nothing is said of $vdev"
  note "$vdev, $fault:${line#C ??}"
  expect_line "$OUT/backend" "^$number: " "$vdev: the fault did not come"
  [[ $line == *" 00" ]] || lost+=" $vdev (${fault%%,*})"
  number=$((number + 16)) drive=$((drive + 1))
done
[[ -z ${lost:-} ]] || fail "not used again:$lost"
expect_line "$OUT/serial" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/serial" || true)"
