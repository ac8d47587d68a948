#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: int13 does not touch a grant table that a boot loader has set to version 2
. /payload/tests/lib.sh

truncate -s 8M "$WORK/data.img"
vm_config "$WORK/vm.cfg" \
  disk="format=raw,vdev=xvde,access=rw,target=$(image grant_version)" \
  disk="format=raw,vdev=xvdf,access=rw,target=$WORK/data.img"
vm_run -u '^DONE ' "$WORK/vm.cfg"
expect_line "$OUT/$GUEST_LOG" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/$GUEST_LOG" || true)"
expect_line "$OUT/debug" 'xenpv: grant table: left to the driver that has set version 2'
