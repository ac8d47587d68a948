#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the daemon serves guests whose QEMU has few rights
# also: oxenstored
# xen: 4.17: a QEMU 10 with few rights dies at its start: its screen is larger than a file may be, and xenstore out of its reach
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# xl starts such a QEMU as a user of its own, and wants these names.
cat >> /etc/passwd << END
root:x:0:0:root:/root:/bin/sh
xen-qemuuser-shared:x:64000:64000::/nonexistent:/bin/false
xen-qemuuser-reaper:x:64001:64001::/nonexistent:/bin/false
xen-qemuuser-range-base:x:65536:65536::/nonexistent:/bin/false
END
[[ -e /etc/group ]] || printf 'root:x:0:\nxen-qemuuser:x:64000:\n' > /etc/group

start_hook
hook_guest restricted "first=write" dm_restrict=1
await 10 "restricted is not announced" is_announced restricted
! xenstore-exists "/local/domain/0/device-model/$(id_of restricted)/state" || fail "QEMU wrote its state: not restricted"
xl unpause "$(id_of restricted)"
await_claimed restricted
press restricted
await_line restricted FIRST
expect_handed_over restricted
expect_no_line "$OUT/hook.log" "cannot reach QEMU's monitor|QEMU did not answer"
expect_done restricted
end_guest restricted
stop_hook
expect_no_trace
