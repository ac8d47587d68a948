#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: in a PVH guest, backends and keys that are hostile, silent, slow, absent or many do what they do in an HVM guest, and no more
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/pvh-common.sh

# Left out: no-backend, whose GRUB prints on a serial port; slow-backends has such disks too. Of the
# scenario options, PVH guests have what pvh-entry tests, and the keys, below.
names=(drive-order grant-version handover-back hostile-backend hostile-xenstore log-memory
  many-disks second-chance silent-backends)
# It counts the requests in the log of xenstored in C.
pidof oxenstored > /dev/null || names+=(slow-backends)
for name in "${names[@]}"; do
  in_pvh "$name" "$name"
done

# A key in xenstore overrides an option of the command line.
OUT=$OUT/options
mkdir -p "$OUT"
vm_config "$WORK/vm.cfg" type=pvh cmdline='"xenpv.handover=linger xenpv.cache=off"' \
  disk="format=raw,vdev=xvda,access=rw,target=$(image list)"
vm_run -u '^DONE ' -p "$(wish strict)" "$WORK/vm.cfg"
expect_line "$OUT/debug" '^DONE passed=[1-9][0-9]* failed=0'
expect_line "$OUT/debug" 'xenpv: hand-over: strict \(strict\)'
expect_line "$OUT/debug" 'xenpv: the cache is off'
