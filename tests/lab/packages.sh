#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: on an installed Debian with systemd the packages start the daemon after xenstored; they are upgraded and removed while guests boot; a purge leaves nothing
# set: full
# dom0: debian
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/packages-common.sh

install='apt install ./seabios-xenpv_*.deb ./xenpv-hookd_*.deb ./seabios-xenpv-doc_*.deb'
purge='apt purge seabios-xenpv xenpv-hookd seabios-xenpv-doc'
first_version=$(dpkg-deb -f /payload/debs/xenpv-hookd_*.deb Version)
next_version=$first_version+next

trap 'keep_journal; remove_packages' EXIT
is_active() { [[ $(unit ActiveState) == active ]]; }
is_stopping() { [[ $(unit ActiveState) == deactivating ]]; }

expect_no_failed_units
system_state > "$OUT/state.before"

note "installed: Debian $(cat /etc/debian_version), $(pidof oxenstored > /dev/null && echo oxenstored || echo xenstored)"
cd /payload/debs || exit
documented docs/admin/install.md "$install"
expect_daemon
for file in share/seabios-xenpv/bios.bin share/seabios-xenpv/bios-pvh.elf sbin/xenpv-hookd share/man/man8/xenpv-hookd.8.gz \
  share/bash-completion/completions/xenpv-hookd share/man/man7/seabios-xenpv.7.gz lib/systemd/system/xenpv-hookd.service; do
  [[ -s /usr/$file ]] || fail "there is no /usr/$file"
done

note "started as at a boot: the daemon after Xen's services"
systemctl stop xenpv-hookd xen
systemctl start multi-user.target
await 60 "the daemon does not start with multi-user.target" is_active
expect_daemon
xen_started=$(systemctl show -P ActiveEnterTimestampMonotonic xen.service)
hook_started=$(unit InactiveExitTimestampMonotonic)
((xen_started > 0 && hook_started >= xen_started)) ||
  fail "the daemon was started at $hook_started us, before Xen's services were, at $xen_started us"

note "a guest in hook mode"
run_guest hooked "first=read"
await_claimed hooked
press hooked
await_line hooked FIRST
expect_handed_over hooked
expect_done hooked
end_guest hooked
daemon_log > "$OUT/daemon.first"
expect_line "$OUT/daemon.first" "domain $(id_of hooked): handed over: trigger=0x10/read disks=2 closed=2"

# The lab is slow: an upgrade may take longer than the daemon's usual limit.
mkdir -p /run/systemd/system/xenpv-hookd.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/xenpv-hookd --foreground --verbose --limit 50\n' \
  > /run/systemd/system/xenpv-hookd.service.d/limit.conf
systemctl daemon-reload
systemctl restart xenpv-hookd

note "upgraded while one guest has read its last sector, one reads and writes, and one waits"
newer_packages "$WORK/newer" "$next_version"
loaded_guest loaded
/payload/bin/pattern-disk fill "$WORK/before" 4
cp "$WORK/before" "$WORK/after"
program=$(image moves)
printf 'areas=256 ' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
start_moving_guest busy auto \
  disk="format=raw,vdev=xvde,access=rw,target=$program" \
  disk="format=raw,vdev=xvdf,access=rw,target=$WORK/after"
await 90 "no transfers" has_lines busy M 2
old_pid=$(unit MainPID)
loaded_slow_guest waits "first=write"
cd "$WORK/newer" || exit
rm "$OUT/command"
documented docs/admin/install.md "$install" &
upgrade=$!
# Early enough for the daemon's limit, however slow the lab is. The guest waits as well if the daemon stops before it
# presses the key: one of its disks is still open.
await 240 "apt does not come to the daemon" grep -qs '^Setting up xenpv-hookd' "$OUT/command"
press waits
await 120 "the upgrade does not restart the daemon" is_stopping
expect_waiting waits
killall -CONT hostile-backend
wait "$upgrade" || fail "the upgrade failed"
expect_same "the version" "$next_version" "$(version_of xenpv-hookd)"
expect_daemon
[[ $(unit MainPID) != "$old_pid" ]] || fail "the old daemon still runs"
expect_same "starts by systemd itself" 0 "$(unit NRestarts)"
await_line waits FIRST
expect_handed_over waits loaded
expect_done waits
end_slow_guest waits
expect_done loaded
end_guest loaded
transfers=$(lines_of busy M)
await 90 "busy does not go on after the upgrade" has_lines busy M $((transfers + 2))
press busy
await 180 "busy does not end" is_done busy
end_moving_guest busy
sync
/payload/bin/check-sequence "$OUT/busy/all" "81=$WORK/before:$WORK/after" > "$OUT/busy/compared" ||
  fail "$(grep -am1 ^FAIL "$OUT/busy/all" || head -n 1 "$OUT/busy/compared")"
expect_content busy
expect_line "$OUT/busy/debug" 'hand-over: hook'

note "removed while a guest has read its last sector"
rm -r /run/systemd/system/xenpv-hookd.service.d
systemctl daemon-reload
loaded_guest removed
daemon_log > "$OUT/daemon.last"
cd / || exit
documented docs/admin/install.md 'apt remove xenpv-hookd seabios-xenpv'
expect_handed_over removed
expect_done removed
end_guest removed
! pidof xenpv-hookd > /dev/null || fail "the daemon still runs"
expect_no_failed_units
expect_no_trace

note "purged"
documented docs/admin/install.md "$purge"
expect_no_failed_units
system_state > "$OUT/state.after"
diff "$OUT/state.before" "$OUT/state.after" > "$OUT/state.diff" || fail "left over, or lost: $(grep -m 3 '^[<>]' "$OUT/state.diff" | xargs)"
# The firmware of busy may close its disks itself when the daemon ends, and the daemon then leaves them alone.
sed "/domain $(id_of busy): .*: left alone: its driver uses or closes it$/d" "$OUT/daemon.last" > "$OUT/daemon.others"
expect_no_line "$OUT/daemon.others" 'killed by signal|left alone|not closed|lost xenstore'
