#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: backends that fail, fall silent or go away: the emulated disk serves from then on, with the right data
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

start_memory_disks

# The command that takes the toolstack's backend of hda away and puts a hostile one in its place, with
# the same data. hostile NAME FAULT
hostile() {
  mkdir -p "$OUT/$1"
  cat > "$WORK/hostile" << END
xenstore-rm "/local/domain/0/backend/vbd/\$DOMID/768"
sleep 1
/payload/bin/hostile-backend "\$DOMID" "768=$2,file=/dev/ram0" > "$OUT/$1/backend" 2>&1
END
  echo "bash $WORK/hostile"
}

# play FAULT STEPS REGEX: PV is given up with a line that matches. The disk stays open from call to call
# unless mode says otherwise.
play() {
  run_hostile "$1" "$2"
  expect_line "$OUT/$name/debug" "hda: served by the emulated disk from now on: $3" "$name: PV was not given up"
}

# recover FAULT STEPS: a read that fails once succeeds without what is read ahead, and PV goes on.
recover() {
  run_hostile "$1" "$2"
  expect_line "$OUT/$name/debug" 'hda: its backend failed operation 0 with status' "$name: nothing failed"
  expect_no_line "$OUT/$name/debug" 'hda: served by the emulated disk from now on' "$name: PV was given up"
}

run_hostile() {
  name=${1//[,=]/-}
  mode=${mode:-linger} twin_guest "$name" memory "$2" -p "$(hostile "$name" "$1")"
  killall -9 hostile-backend 2> /dev/null || true
  expect_served "$name" hda
}

# The boot sector and what it loads come over PV: the faults are in the area that the program uses.
steps="b1,b0,r0,r1,b0,u0,r0"
play "silent,at=2090" "$steps" 'ETIMEDOUT|TIMEDOUT'
if [[ $FULL == 1 ]]; then
  play "status-error,at=2090,on=write" "$steps" EIO
  # Each write is flushed as the disk is closed after it. What was not flushed is written once more.
  mode=strict play "status-error,on=flush" "b0,b1,u0,r0" EIO
  for fault in vanishes producer-beyond producer-backwards id-out-of-range id-twice id-not-in-flight wrong-operation; do
    play "$fault,at=2090" "$steps" '.'
  done
  for fault in status-error status-unsupported status-unknown; do
    recover "$fault,at=2090" "$steps"
  done
fi

# While no connection is open, its backend is closed by the toolstack's side.
note "closed while idle"
twin_guest closed memory "b0,b1,k0,b0,b1,u0,r0" -p \
  "$(when_waiting closed "xenstore-write /local/domain/0/backend/vbd/\$DOMID/768/state 6")"
expect_served closed hda hdb
expect_line "$OUT/closed/debug" 'hda: served by the emulated disk from now on' "closed: PV was not given up"
expect_no_line "$OUT/closed/debug" 'hdb: served by the emulated disk from now on'
