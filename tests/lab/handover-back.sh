#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: disks are closed for an operating system and opened again by int13, a hundred times, and leave nothing behind
# set: full
# also: oxenstored
. /payload/tests/lib.sh

truncate -s 4M "$WORK/data.img"
cat > "$WORK/watch" << END
(until grep -q '^CLOSED' $OUT/$GUEST_LOG; do sleep 1; done
 xenstore-ls -p /local/domain/\$DOMID/device/vbd > $OUT/frontends
 xenstore-ls /local/domain/0/backend/vbd > $OUT/backends
 xl debug-keys g; sleep 2
 # An earlier scenario may have requested such a list too: use the last one.
 xl dmesg | awk '/grant-table for remote d0 /{ list = "" } { list = list \$0 "\n" } END { printf "%s", list }' \
   > $OUT/grants) > $OUT/watch.log 2>&1 &
END
vm_config "$WORK/vm.cfg" \
  disk="format=raw,vdev=xvde,access=rw,target=$(image back)" \
  disk="format=raw,vdev=xvdf,access=rw,target=$WORK/data.img"
vm_run -l 400 -u '^DONE ' -p "bash $WORK/watch" "$WORK/vm.cfg"
expect_line "$OUT/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -m1 ^FAIL "$OUT/$GUEST_LOG" || true)"

# As the toolstack has made them: frontends Initialising, backends InitWait, no key of the firmware.
expect_same "states of the frontends" 2 "$(grep -c '^ state = "1"' "$OUT/frontends")"
expect_same "states of the backends" 2 "$(grep -c '^  state = "2"' "$OUT/backends")"
expect_no_line "$OUT/frontends" 'ring-ref|event-channel|protocol|feature-|xenpv'
# The only grants are the toolstack's, for the console and for xenstore.
# Not every xenstored maps its own.
expect_line "$OUT/grants" '\[0x000\]' "no list of grants"
expect_no_line "$OUT/grants" '\[0x[0-9a-f]*[2-9a-f]\]|\[0x[0-9a-f]*[1-9a-f][01]\]' "a grant was left behind"
# Every byte that was written is there.
sync
for turn in 0 57 99; do
  expect_same "sector $((turn * 64))" "$(printf '%02x' $turn)" \
    "$(dd if="$WORK/data.img" bs=512 skip=$((turn * 64)) count=1 2> /dev/null | xxd -p -l 1)"
done
