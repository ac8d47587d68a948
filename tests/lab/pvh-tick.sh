#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: ticks of a PVH guest wake it and are counted; they neither nest nor come in bursts, whatever a program does with int 8
. /payload/tests/lib.sh

vm_config "$WORK/vm.cfg" type=pvh memory=40 disk="format=raw,vdev=xvda,access=rw,target=$(image pvh_tick)"
vm_run -l 300 -u '^DONE ' "$WORK/vm.cfg"
grep -aE '^(rate|stack|off|int15)' "$OUT/debug"
expect_no_line "$OUT/debug" 'i8042_wait|ps2 command' "int16 waits for a keyboard's controller"
expect_line "$OUT/debug" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/debug" || true)"
