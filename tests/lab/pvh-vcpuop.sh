#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: in a PVH guest, other processors start by INIT and SIPI and by VCPUOP_initialise in either mode, stop and go on, while int13 and the ticks work
. /payload/tests/lib.sh

for vcpus in 2 4; do
  program=$(image vcpuop)
  printf 'vcpus=%s' "$vcpus" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" type=pvh vcpus="$vcpus" disk="format=raw,vdev=xvda,access=rw,target=$program"
  vm_run -o "$OUT/$vcpus" -l 240 -u '^DONE ' "$WORK/vm.cfg"
  log=$OUT/$vcpus/debug
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$vcpus: $(grep -am1 ^FAIL "$log" || last_line "$log")"
  for way in 32-bit real-mode sipi; do
    expect_same "$vcpus vCPUs: processors started by $way" "$(seq -s' ' 1 $((vcpus - 1)))" \
      "$(sed -nE "s/^STARTED cpu=([0-9]) by=$way .*/\1/p" "$log" | xargs)"
  done
  note "$vcpus vCPUs: $(last_line "$log")"
done
