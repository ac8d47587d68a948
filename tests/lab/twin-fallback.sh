#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: when a backend fails, falls silent, vanishes or has another image, the emulated disk serves from then on, with the right data
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/twin-common.sh

start_memory_disks

# hostile NAME FAULT: print the command that replaces the toolstack's backend of hda by a hostile
# one with the same data.
hostile() {
  mkdir -p "$OUT/$1"
  cat > "$WORK/hostile" << END
xenstore-rm "/local/domain/0/backend/vbd/\$DOMID/768"
sleep 1
/payload/bin/hostile-backend "\$DOMID" "768=$2,file=/dev/ram0" > "$OUT/$1/backend" 2>&1
END
  echo "bash $WORK/hostile"
}

# play FAULT STEPS REGEX: the disk falls back, with a line that matches. It stays open between
# calls, unless mode is set.
play() {
  run_hostile "$1" "$2"
  expect_line "$OUT/$name/debug" "hda: served by the emulated disk from now on: $3" "$name: the disk did not fall back"
}

# recover FAULT STEPS: a read that fails once succeeds without the read-ahead, and PV goes on.
recover() {
  run_hostile "$1" "$2"
  expect_line "$OUT/$name/debug" 'hda: its backend failed operation 0 with status' "$name: nothing failed"
  expect_no_line "$OUT/$name/debug" 'hda: served by the emulated disk from now on' "$name: the disk fell back"
}

run_hostile() {
  name=${1//[,=]/-}
  mode=${mode:-linger} twin_guest "$name" memory "$2" -p "$(hostile "$name" "$1")"
  killall -9 hostile-backend 2> /dev/null || true
  expect_served "$name" hda
}

# The program itself is loaded over PV; the faults are in the area that it uses.
steps="b1,b0,r0,r1,b0,u0,r0"
play "silent,at=2090" "$steps" 'ETIMEDOUT|TIMEDOUT'
if [[ $FULL == 1 ]]; then
  play "status-error,at=2090,on=write" "$steps" EIO
  # In strict mode each write is followed by a flush, and is repeated if the flush fails.
  mode=strict play "status-error,on=flush" "b0,b1,u0,r0" EIO
  for fault in vanishes producer-beyond producer-backwards id-out-of-range id-twice id-not-in-flight wrong-operation; do
    play "$fault,at=2090" "$steps" '.'
  done
  for fault in status-error status-unsupported status-unknown; do
    recover "$fault,at=2090" "$steps"
  done
fi

# The toolstack's side closes the backend while there is no call.
note "closed while idle"
twin_guest closed memory "b0,b1,k0,b0,b1,u0,r0" -p \
  "$(when_waiting closed "xenstore-write /local/domain/0/backend/vbd/\$DOMID/768/state 6")"
expect_served closed hda hdb
expect_line "$OUT/closed/debug" 'hda: served by the emulated disk from now on' "closed: the disk did not fall back"
expect_no_line "$OUT/closed/debug" 'hdb: served by the emulated disk from now on'

# The toolstack attaches another image in its place, while there is no call.
note "another image"
other=/dev/ram3
twin_guest image memory "b0,b1,k0,b1,b0,u1,r1" -p "$(when_waiting image "xl block-detach -f \$DOMID hdb
    xl block-attach \$DOMID format=raw,vdev=hdb,access=rw,target=$other")"
expect_served image hda hdb
expect_line "$OUT/image/debug" 'hdb: not used: its backend has another image: ENODEV'
expect_line "$OUT/image/debug" 'hdb: served by the emulated disk from now on: (ENODEV|ENOTCONN)'
expect_same "image: bytes of the other image that are not zero" 0 "$(tr -d '\0' < $other | wc -c)"
