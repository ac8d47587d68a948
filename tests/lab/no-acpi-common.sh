# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Guests with acpi=0. xl of Xen 4.17 and 4.20 starts their QEMU with -no-acpi; QEMU 10 has no such option.
# Sourced after lib.sh.
#
#   has_no_acpi_guests FILE   whether this dom0 can create a guest with acpi=0. FILE is the configuration of one. If
#       QEMU does not have the option, the guest is tried, and the scenario fails unless that is why it is not created

has_no_acpi_guests() {
  local status=0
  [[ $(/usr/libexec/xen-qemu-system-i386 -help) != *$'\n-no-acpi'* ]] || return 0
  guest run -a 1 -l 30 -o "$OUT/refused" "$1" || status=$?
  expect_same "status of a guest with acpi=0 that QEMU cannot start" 2 "$status"
  expect_line "$OUT/refused/qemu.log" '-no-acpi: invalid option' "another reason than QEMU's options"
  note "xl creates no guest with acpi=0: $(grep -- -no-acpi "$OUT/refused/qemu.log")"
  return 1
}
