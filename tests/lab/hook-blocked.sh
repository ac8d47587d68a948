#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: neither an xl that the kernel blocks nor a log without a reader keeps guests waiting, or the daemon from ending
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# Version 1 of the freezer: a frozen process is blocked as by a device that does not answer. Not even
# SIGKILL ends it.
freezer=/run/freezer
mkdir -p "$freezer"
mount -t cgroup -o freezer none "$freezer"
mkdir -p "$freezer/blocked"
xl_is_blocked() { [[ -n $(cat "$freezer/blocked/tasks") ]]; }
xl_has_ended() { [[ -z $(cat "$freezer/blocked/tasks") ]]; }

# An xl that blocks for one guest.
cat > "$WORK/xl" << END
#!/bin/sh
if [ "\$2" = "\$(cat "$WORK/blocked")" ]; then
  echo \$\$ > "$freezer/blocked/tasks"
  echo FROZEN > "$freezer/blocked/freezer.state"
fi
exec $(command -v xl) "\$@"
END
chmod +x "$WORK/xl"
echo none > "$WORK/blocked"

note "xl is blocked"
start_hook --xl "$WORK/xl"
run_guest stuck "first=write"
run_guest other "first=write"
await_claimed stuck
await_claimed other
id_of stuck > "$WORK/blocked"
press stuck
await 20 "xl is not blocked" xl_is_blocked
press other
await_line other FIRST
! has_printed stuck FIRST || fail "stuck did not wait for xl: nothing is shown"
await_line stuck FIRST
expect_line "/proc/$(head -n 1 "$freezer/blocked/tasks")/status" '^State:.D'
expect_line "$OUT/hook.log" "domain $(id_of stuck): QEMU did not answer"
expect_handed_over stuck other
expect_done stuck other
end_guest stuck
end_guest other

note "the daemon ends, and starts again, while xl is blocked"
end_hook
start_hook
run_guest again "first=read"
await_claimed again
press again
await_line again FIRST
expect_handed_over again
expect_done again
end_guest again
end_hook
xl_is_blocked || fail "xl was not blocked all the time"
echo THAWED > "$freezer/blocked/freezer.state"
await 10 "an xl that was killed is still there" xl_has_ended
rmdir "$freezer/blocked"
umount "$freezer"

note "the log is blocked"
mkfifo "$WORK/log"
exec {full}<> "$WORK/log"
dd if=/dev/zero of="$WORK/log" bs=4096 oflag=nonblock > "$OUT/full" 2>&1 || true
hook_log=$WORK/log start_hook
for name in quiet killed; do
  run_guest "$name" "first=read"
  await_claimed "$name"
  press "$name"
  await_line "$name" FIRST
  expect_handed_over "$name"
  expect_done "$name"
  end_guest "$name"
  kill_worker
done
end_hook
exec {full}>&-
expect_no_trace
