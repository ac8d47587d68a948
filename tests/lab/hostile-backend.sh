# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 fails or recovers when backends break the ring protocol, and another disk boots
# also: oxenstored
. /payload/tests/lib.sh

# A disk for each fault, in the order of their drives, with the statuses of int13 before, at the
# fault, at the reset, after it, and again (see tests/guests/faults.c). 20h: the disk was closed
# after an invalid response; 80h: after a time-out; AAh: it is gone or cannot be opened again; 0Ch:
# a request failed, and the disk stays open.
cases=(
  "xvdf none 00 00 00 00 00"
  "xvdg status-error 00 0c 00 00 00"
  "xvdh status-unsupported 00 0c 00 00 00"
  "xvdi status-unknown 00 0c 00 00 00"
  "xvdj out-of-order 00 00 00 00 00"
  "xvdk producer-beyond 00 20 00 00 00"
  "xvdl producer-backwards 00 20 00 00 00"
  "xvdm id-out-of-range 00 20 00 00 00"
  "xvdn id-twice 00 20 00 00 00"
  "xvdo wrong-operation 00 20 00 00 00"
  "xvdp id-not-in-flight 00 20 00 00 00"
)
slow_cases=(
  "xvdf scribble 00 20 00 00 00"
  "xvdg silent 00 80 00 00 00"
  "xvdh slow-to-close 00 80 aa aa 00"
  "xvdi keeps-pages 00 80 aa aa aa"
  "xvdj vanishes 00 aa aa aa aa"
)

play() {
  local name=$1 drive=0x81 disk arguments=() vdev fault before at reset after again
  shift
  for disk in "$@"; do
    read -r vdev fault _ <<< "$disk"
    arguments+=("$vdev=$fault")
  done
  mkdir -p "$OUT/$name"
  {
    echo "/payload/bin/hostile-backend \$DOMID ${arguments[*]} > $OUT/$name/backend 2>&1"
    # So that each call uses the ring of an open disk, instead of opening it first.
    wish linger
  } > "$WORK/hostile"
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=xvde,access=rw,target=$(image faults)" \
    disk="format=raw,vdev=xvdz,access=rw,target=$(image arrived)"
  vm_run -l 400 -u '^DONE ' -o "$OUT/$name" -p "bash $WORK/hostile" "$WORK/vm.cfg"
  killall hostile-backend 2> /dev/null || true

  for disk in "$@"; do
    read -r vdev fault before at reset after again <<< "$disk"
    expect_line "$OUT/$name/debug" "$vdev: connected in " "$fault: $vdev was not connected"
    expect_line "$OUT/$name/$GUEST_LOG" \
      "$(printf 'F %x' "$drive") before=$before fault=$at reset=$reset after=$after again=$again" \
      "$fault: expected $before $at $reset $after $again, got: $(grep "$(printf '^F %x ' "$drive")" "$OUT/$name/$GUEST_LOG" || echo nothing)"
    drive=$((drive + 1))
  done
  expect_line "$OUT/$name/$GUEST_LOG" '^SUBJECTS passed=[1-9][0-9]* failed=0' "checks failed: $(grep -m1 ^FAIL "$OUT/$name/$GUEST_LOG" || true)"
  expect_line "$OUT/$name/$GUEST_LOG" "^ARRIVED from drive $(printf %x "$drive")" "the other disk did not boot"
}

# The host tests try all of these, in both word sizes.
[[ $FULL != 1 ]] || play answers "${cases[@]}"
play silence "${slow_cases[@]}"
