#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Linux accepts our ACPI table and writes to its port; without ACPI nothing breaks
# set: full
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/no-acpi-common.sh

# The keys and the port are those of src/xen/base/handover.h. This takes the place of a daemon that
# is announced, holds its ports and does nothing: the real one would have given them back before
# Linux starts its ACPI.
cat > "$WORK/watch" << END
timeout 900 /payload/bin/ioreq-watch \$DOMID ea > $OUT/accesses 2> $OUT/watch.log &
xenstore-write /local/domain/\$DOMID/platform/xenpv-hook 2 /local/domain/\$DOMID/platform/xenpv-hook-claim 2
until grep -q claimed $OUT/accesses; do sleep 0.1; done
END
# It keeps the page of a domain that has ended, and with it the domain.
end_watch() { killall ioreq-watch 2> /dev/null || true; }
trap end_watch EXIT

disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
boot_grub_disk "$WORK/vm.cfg" -p "bash $WORK/watch"
end_watch
expect_grub_disk xvde

expect_line "$OUT/debug" 'ACPI: added a device that notifies the daemon \(port ea\) to 2 tables'
expect_line "$OUT/console" 'ACPI: SSDT 0x.*XENPV +HANDOVER' "Linux does not see the table"
expect_no_line "$OUT/console" 'ACPI.*(Error|Warning|BIOS|Incorrect|Invalid|Exception)|Firmware Bug' "Linux reports an ACPI problem"
# When it loads the table, for _STA and for _INI.
expect_same "accesses to the port" "claimed,write ea size 1 data 1" "$(uniq "$OUT/accesses" | paste -sd,)"
note "accesses to the port: $(grep -c write "$OUT/accesses")"

# A guest without ACPI need only get to GRUB's last line.
vm_config "$WORK/none.cfg" memory=256 acpi=0 disk="format=raw,vdev=xvde,access=rw,target=$disk"
if has_no_acpi_guests "$WORK/none.cfg"; then
  vm_run -l 180 -o "$OUT/none" -p "bash $WORK/watch" -u 'grub: starting linux' "$WORK/none.cfg"
  expect_line "$OUT/none/debug" 'ACPI: this guest has no ACPI tables'
  expect_line "$OUT/none/serial" 'grub: marker the-disk-is-readable' "GRUB did not read from the disk without ACPI"
  expect_line "$OUT/none/debug" 'hand-over: hook'
fi

# Without a daemon, the tables stay as hvmloader has made them.
vm_config "$WORK/strict.cfg" memory=256 disk="format=raw,vdev=xvde,access=rw,target=$disk"
vm_run -l 180 -o "$OUT/strict" -u 'grub: menu' "$WORK/strict.cfg"
expect_line "$OUT/strict/debug" 'hand-over: strict'
expect_no_line "$OUT/strict/debug" 'ACPI: added a device'
