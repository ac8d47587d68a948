#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the daemon serves guests without Xen's platform device
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

start_hook
run_guest plain "first=read magic=none" xen_platform_pci=0
await_claimed plain
press plain
await_line plain FIRST
expect_handed_over plain
expect_done plain
end_guest plain
stop_hook
expect_no_trace
