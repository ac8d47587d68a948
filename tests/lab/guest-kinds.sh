#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests of many kinds (populate on demand, many processors, no platform device, no ACPI, ...) boot from PV disks and take them over
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh
. /payload/tests/store-log-common.sh
. /payload/tests/guest-kinds-common.sh
. /payload/tests/no-acpi-common.sh
. /payload/tests/nested-common.sh

# both NAME ORDER [VM_CONFIG ARGUMENT]...: that kind in strict mode, where its system gives no sign, and in
# hook mode, where ORDER is the sign.
both() {
  kind "$1" strict 'order=none' "${@:3}"
  start_hook
  kind "$1" hook "$2" "${@:3}"
  stop_hook
}

# The firmware's memory is at the top of what the guest's map shows, where nothing has been populated.
on_demand() {
  kind on-demand strict 'order=none' memory=64 maxmem=256
  expect_memory on-demand-strict 72
}

if [[ $FULL != 1 ]]; then
  on_demand
  exit
fi

both plain 'order=freebsd'
on_demand
# RAM goes on above 4 GiB.
both on-demand-large 'order=freebsd' memory=96 maxmem=5120
expect_memory on-demand-large-hook 104
both processors 'order=linux' vcpus=8
both viridian 'order=freebsd' viridian=1
# Without the device nothing answers at the port: a system does not unplug, and its ACPI is the sign.
both no-platform 'order=none acpi=load' xen_platform_pci=0
for mode in strict hook; do
  expect_line "$OUT/no-platform-$mode/debug" 'xenpv: no Xen platform device: Linux and Windows find no PV disk'
done
vm_config "$WORK/no-acpi.cfg" acpi=0
! has_no_acpi_guests "$WORK/no-acpi.cfg" || both no-acpi 'order=freebsd' acpi=0
both no-apic 'order=freebsd' apic=0
vm_config "$WORK/nested.cfg" nestedhvm=1
! has_nested_guests "$WORK/nested.cfg" || both nested 'order=freebsd' nestedhvm=1
both no-hpet 'order=freebsd' hpet=0
both ticks-missed 'order=freebsd' 'timer_mode="no_missed_ticks_pending"'
both ticks-late 'order=freebsd' 'timer_mode="delay_for_missed_ticks"'
both tsc-emulated 'order=freebsd' 'tsc_mode="always_emulate"'
