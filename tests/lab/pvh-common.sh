# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Scenarios that also hold in PVH guests. Sourced after lib.sh.

# in_pvh LABEL SCENARIO [VARIABLE=VALUE]...: run another scenario with PVH guests in the place of HVM
# guests, and with these variables. Its files go to OUT/LABEL.
in_pvh() {
  local label=$1 name=$2 started=$SECONDS status=0
  shift 2
  mkdir -p "$OUT/$label" "$WORK/$label"
  env GUEST_TYPE=pvh OUT="$OUT/$label" WORK="$WORK/$label" "$@" bash "/payload/tests/$name.sh" || status=$?
  rm -rf "${WORK:?}/$label"
  # 1: it has printed the reason. 3: the emulator broke the guest.
  [[ $status == 0 ]] || exit "$status"
  note "$label: $((SECONDS - started)) s"
}
