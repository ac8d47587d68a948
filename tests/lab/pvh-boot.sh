#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a boot sector runs in a PVH guest, which has no device model; its memory map is right, and int13 reads its disk
# also: xen-4.20
. /payload/tests/lib.sh

data=$WORK/data.img
head -c $((4 * 1024 * 1024)) /dev/urandom > "$data"
vm_config "$WORK/vm.cfg" type=pvh memory=160 \
  disk="format=raw,vdev=xvda,access=rw,target=$(image memory)" \
  disk="format=raw,vdev=xvdb,access=rw,target=$data"
vm_run -u '^DONE ' "$WORK/vm.cfg"
expect_line "$OUT/debug" '^DONE passed=[1-9][0-9]* failed=0' "the guest printed: $(last_line "$OUT/debug")"
expect_line "$OUT/debug" "^disk $(/payload/bin/sector-crc32 "$data" 100 16)" "the disk returns other data than its image has"
