#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a backend in dom0 keeps pages of one disk mapped while Linux boots from another; Linux reads and writes its disk only
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh
. /payload/tests/handover-linux-common.sh

# Before Linux looks for its disks, the backend stops, with the pages mapped, and the disk is gone from Linux' list.
hide_lost_disk() {
  cat << END
(
  until grep -aq 'grub: boot' $OUT/serial; do sleep 0.2; done
  killall -STOP hostile-backend
  xenstore-rm /local/domain/\$DOMID/device/vbd/51792
) &
END
}

# The program on xvde makes the firmware lose xvdf, and then boots GRUB from xvdz. GRUB takes its settings from drive 80.
programs=$(image faults)
disk=$(image grub-disk)
grub_disk_settings "$programs" userland=write
{
  echo "/payload/bin/hostile-backend \$DOMID xvdf=keeps-pages > $OUT/backend 2>&1"
  wish linger; echo
  hide_lost_disk
} > "$WORK/hostile"
vm_config "$WORK/vm.cfg" memory=256 \
  disk="format=raw,vdev=xvde,access=rw,backendtype=phy,target=$programs" \
  disk="format=raw,vdev=xvdz,access=rw,backendtype=phy,target=$disk"
boot_grub_disk "$WORK/vm.cfg" -p "bash $WORK/hostile"
killall -KILL hostile-backend 2> /dev/null || true

expect_line "$OUT/$GUEST_LOG" '^F 81 before=00 fault=80 reset=aa after=aa again=aa' "the firmware has not lost xvdf"
expect_line "$OUT/debug" 'xvdf: .*still holds our pages'
expect_line "$OUT/serial" 'grub: boot' "GRUB did not load the kernel"
expect_line "$OUT/serial" 'userland: disk xvdz ' "Linux does not see xvdz"
expect_line "$OUT/serial" "userland: sum xvdz $(sed -n 's/ disk$//p' /payload/guests/grub-disk.sums)" "Linux read other data from xvdz"
expect_line "$OUT/serial" "userland: wrote xvdz $(sum_of "$disk" 25 1) " "what Linux wrote to xvdz is not there"
expect_same "how the guest stopped" poweroff "$(cat "$OUT/reason")"
