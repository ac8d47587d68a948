#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a good disk boots although the backends of the disks before and after it stay in state 1
# also: oxenstored
# needs: grub-disk
. /payload/tests/lib.sh
. /payload/tests/boot-common.sh

# The test ends at GRUB's last line: it does not matter what Linux does with dead disks.
disk=$(image grub-disk)
vm_config "$WORK/vm.cfg" memory=256 \
  disk="format=raw,vdev=xvdf,access=rw,backendtype=phy,target=$disk"
vm_run -l 180 -u 'grub: starting linux' -p "bash /payload/tests/dead-disks.sh $((202 << 8 | 4 << 4)) $((202 << 8 | 6 << 4))" \
  "$WORK/vm.cfg"
xenstore-rm /local/domain/0/backend/absent

for disk in xvde xvdg; do
  expect_line "$OUT/debug" "$disk: .*(TIMEDOUT|timed out|time-out)" "the ROM does not name $disk as one that timed out"
done
expect_line "$OUT/debug" 'xvdf: connected in ' "the good disk was not connected"
expect_line "$OUT/serial" 'grub: marker the-disk-is-readable' "GRUB did not read from the good disk"
expect_line "$OUT/serial" "$(sed -n 's/ random.bin$//p' /payload/guests/grub-disk.sums) +/random.bin" \
  "GRUB read other data from the good disk"
