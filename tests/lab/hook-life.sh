#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: the daemon serves guests that are saved and restored, that reset themselves, or that lose QEMU
# set: full
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# no_zombie DOMID: the dead domain is gone, and not kept, for example by a page that is still
# mapped.
no_zombie() {
  xl list > "$OUT/domains"
  ! grep -Eq "^\(null\) +$1 " "$OUT/domains"
}

start_hook
note "saved and restored"
run_guest saved "first=read load"
await_claimed saved
old=$(id_of saved)
xl save "$old" "$WORK/saved.state" > "$OUT/saved/save.log" 2>&1 || fail "xl save failed"
forgotten() { grep -q "domain $old: gone" "$OUT/hook.log"; }
await 20 "the daemon did not notice that the domain is gone" forgotten
await 60 "something keeps the saved domain from disappearing" no_zombie "$old"
xl restore "$WORK/saved.state" > "$OUT/saved/restore.log" 2>&1 || fail "xl restore failed"
rm "$WORK/saved.state"
find_guest saved
[[ $(id_of saved) != "$old" ]] || fail "the restored domain has its old number"
await 10 "a restored domain is not announced" is_announced saved
# The new domain is not claimed: the firmware opens its disks again and closes them itself.
press saved
await 60 "the restored guest does not go on" has_printed saved FIRST
expect_handed_over saved
expect_done saved
end_guest saved

note "reset"
run_guest again "first=read reset" on_reboot='"restart"'
await_claimed again
old=$(id_of again)
press again
await_line again FIRST
press again
await 60 "it did not start again" find_new_guest again "$old"
# Not its output, which may still be that of its first life.
await 90 "it is not claimed again" is_claimed again
await_line again READY
press again
await_line again FIRST
expect_handed_over again
end_guest again

note "QEMU is stopped"
slow_guest stopped "first=write"
kill -STOP "$(model_pid stopped)"
killall -CONT hostile-backend
await 30 "the daemon waits for QEMU without a limit" grep -q "domain $(id_of stopped): QEMU did not answer" "$OUT/hook.log"
kill -CONT "$(model_pid stopped)"
await_line stopped FIRST
expect_handed_over stopped
end_slow_guest stopped

note "QEMU is dead"
slow_guest dead "first=write"
kill -9 "$(model_pid dead)"
killall -CONT hostile-backend
await 30 "the daemon did not notice that QEMU is dead" grep -q "domain $(id_of dead): cannot reach QEMU's monitor" "$OUT/hook.log"
await 5 "the daemon did not give the ports back" is_released dead
expect_handed_over dead
end_slow_guest dead

stop_hook
expect_no_trace
expect_no_line "$OUT/hook.log" 'killed by signal'
