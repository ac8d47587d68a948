#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: our ACPI table is accepted by Linux, which writes once to its port; without ACPI nothing breaks
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

# The keys and the port are those of src/xen/handover.h. A hook that is announced, holds its ports
# and does nothing: a real one would have given them back before Linux comes to its ACPI.
cat > "$WORK/watch" << END
timeout 900 /payload/bin/ioreq-watch \$DOMID ea > $OUT/accesses 2> $OUT/watch.log &
xenstore-write /local/domain/\$DOMID/platform/xenpv-hook 1 /local/domain/\$DOMID/platform/xenpv-hook-claim 1
until grep -q claimed $OUT/accesses; do sleep 0.1; done
END
disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
boot_grub_disk "$WORK/vm.cfg" -p "bash $WORK/watch"
expect_grub_disk xvde

expect_line "$OUT/debug" 'ACPI: added a device that notifies the daemon \(port ea\) to 2 tables'
expect_line "$OUT/console" 'ACPI: SSDT 0x.*XENPV +HANDOVER' "Linux does not see the table"
expect_no_line "$OUT/console" 'ACPI.*(Error|Warning|BIOS|Incorrect|Invalid|Exception)|Firmware Bug' "Linux complains of ACPI"
expect_same "accesses to the port" "claimed,write ea size 1 data 1" "$(paste -sd, "$OUT/accesses")"

# Of a guest without ACPI, GRUB's last line is enough.
vm_config "$WORK/none.cfg" memory=256 acpi=0 disk="format=raw,vdev=xvde,access=rw,target=$disk"
vm_run -l 180 -o "$OUT/none" -p "bash $WORK/watch" -u 'grub: starting linux' "$WORK/none.cfg"
expect_line "$OUT/none/debug" 'ACPI: this guest has no ACPI tables'
expect_line "$OUT/none/serial" 'grub: marker the-disk-is-readable' "GRUB did not read from the disk without ACPI"
expect_line "$OUT/none/debug" 'hand-over: hook'

# Where no hook attends, the tables are those that hvmloader made.
vm_config "$WORK/strict.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
vm_run -l 180 -o "$OUT/strict" -u 'grub: menu' "$WORK/strict.cfg"
expect_line "$OUT/strict/debug" 'hand-over: strict'
expect_no_line "$OUT/strict/debug" 'ACPI: added a device'
