#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that has taken its disks itself, by the firmware's references and event channels, keeps them when it unplugs later
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

start_hook
own_drivers seized hook 'order=seize'
expect_line "$OUT/seized/serial" '^seized: disks=2 same=[12]'
expect_line "$OUT/seized/serial" '^DONE passed=[1-9][0-9]* failed=0' \
  "$(grep -am1 ^FAIL "$OUT/seized/serial" || last_line "$OUT/seized/serial")"
for number in 51776 51792; do
  expect_line "$OUT/hook.log" ": vbd $number: left alone: its driver uses or closes it"
done
expect_line "$OUT/hook.log" 'handed over: trigger=0x10/read disks=2 closed=0 '
stop_hook
