#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: calls from v86 mode in a PVH guest return, and real mode still reads the disk afterwards
. /payload/tests/lib.sh

vm_config "$WORK/vm.cfg" type=pvh memory=40 disk="format=raw,vdev=xvda,access=rw,target=$(image pvh_v86)"
vm_run -u '^DONE ' "$WORK/vm.cfg"
grep -a '^v86: ' "$OUT/debug"
expect_line "$OUT/debug" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/debug" || true)"
