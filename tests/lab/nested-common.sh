# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Guests with nestedhvm=1. Xen 4.20 refuses them on a processor of AMD that lacks one of the features of SVM
# that it needs for them; the emulated one of a lab without KVM has none of these.
# Sourced after lib.sh.
#
#   has_nested_guests FILE   whether this dom0 can create a guest with nestedhvm=1. FILE is the configuration of one.
#       If Xen refuses the guest, the scenario fails unless those features are why

# CPUID leaf 8000000Ah, register EDX: virtualised LBR, saved next RIP, flush by ASID, decode assists.
nested_features=0xca

has_nested_guests() {
  local features cpuid=(/usr/lib/xen-*/bin/xen-cpuid)
  (($(xl info xen_minor) > 17)) || return 0
  if xl create -p "$1" > "$OUT/nested.log" 2>&1; then
    xl destroy vm
    return 0
  fi
  expect_line "$OUT/nested.log" 'domain creation fail: Invalid argument' "another reason than the processor"
  # The raw values come first. To the end: a writer whose reader has gone fails.
  features=$("${cpuid[0]}" -p | sed -En '0,/8000000a:/s/.*8000000a:.*:([0-9a-f]{8})$/\1/p')
  [[ $features ]] || fail "Xen refuses a nested guest, and the processor has no SVM"
  (((0x$features & nested_features) != nested_features)) ||
    fail "Xen refuses a nested guest, and the processor has what it needs: $features"
  note "Xen creates no guest with nestedhvm=1: the features of SVM are $features"
  return 1
}
