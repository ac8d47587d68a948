# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about the daemon in dom0. Several guests run at once. Each boots the program
# hammer, or $guest_program, from xvde, which prints a line after each step and waits for a key.
# With default_type=pvh they are PVH guests. Sourced after lib.sh.

declare -A domid=()

# hook_guest NAME PARAMETERS [VM_CONFIG ARGUMENT]...: create a guest, paused, with the disks xvde
# and xvdf. Its output goes to OUT/NAME/serial; id_of NAME prints its domain id.
hook_guest() {
  local name=$1 parameters=$2 program=$WORK/$1.img
  shift 2
  mkdir -p "$OUT/$name"
  : > "$OUT/$name/serial"
  cp "$(image "${guest_program:-hammer}")" "$program"
  printf '%s' "$parameters" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  truncate -s 4M "$WORK/$name-data.img"
  vm_config "$WORK/$name.cfg" name="$name" memory=40 vnc=0 sdl=0 usb=0 \
    serial="\"file:$OUT/$name/serial\"" \
    disk="format=raw,vdev=${boot_vdev:-xvde},access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,target=$WORK/$name-data.img" "$@"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 ||
    fail "$name could not be created: $(last_line "$OUT/$name/create.log")"
  find_guest "$name"
  [[ ${default_type:-hvm} != pvh ]] || follow_output "$name"
}

# follow_output NAME: add what this PVH guest prints to OUT/NAME/serial, until the scenario ends. Xen's log has it, with
# the number of the domain before each line.
follow_output() {
  tail --pid=$$ -n +1 -f /var/log/xen/hypervisor.log > >(sed -unE "s/^\(d$(id_of "$1")\) ?//p" >> "$OUT/$1/serial") &
}

# find_guest NAME: find the domain of a new guest. (xl list sometimes misses live domains.)
find_guest() {
  local id
  for id in $(xenstore-list /local/domain); do
    if key_is "$id/name" "$1"; then
      domid[$1]=$id
      return
    fi
  done
  fail "there is no domain $1"
}

# find_new_guest NAME OLD: find a domain with this name and another id than OLD; fail if there is
# none.
find_new_guest() {
  local id
  for id in $(xenstore-list /local/domain); do
    if [[ $id != "$2" ]] && key_is "$id/name" "$1"; then
      domid[$1]=$id
      return
    fi
  done
  return 1
}

id_of() { echo "${domid[$1]}"; }

run_guest() {
  hook_guest "$@"
  xl unpause "${domid[$1]}"
}

end_guest() { xl destroy "${domid[$1]}" > /dev/null 2>&1 || true; }

# End the scenario for another try if there is a sign of a fault of the emulated processor, see guest.
exit_if_broken() {
  ! xl dmesg | grep -Eq 'e008:.{0,3}ffff82d0.*|Triple fault' || exit 3
}

# await SECONDS WHAT COMMAND...: wait until the command succeeds.
await() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS >= limit)); then
      exit_if_broken
      fail "$what"
    fi
    sleep 0.2
  done
}

has_printed() { grep -aq "^$2" "$OUT/$1/serial"; }

# await_line NAME WORD: wait until the program has printed this line.
await_line() { await 90 "$1 did not get to $2 (serial: $(last_line "$OUT/$1/serial"))" has_printed "$1" "$2"; }

key_is() { [[ $(xenstore-read "/local/domain/$1" 2> /dev/null) == "$2" ]]; }
is_claimed() { key_is "${domid[$1]}/platform/xenpv-hook-claim" 2; }
is_announced() { key_is "${domid[$1]}/platform/xenpv-hook" 2; }

# await_claimed NAME: wait until both disks are open and the daemon has claimed the ports.
await_claimed() {
  await_line "$1" READY
  await 5 "$1 is not claimed" is_claimed "$1"
}

is_released() { ! xenstore-exists "/local/domain/0/xenpv-hookd/${domid[$1]}"; }

# The process id of a guest's QEMU.
model_pid() { xenstore-read "/local/domain/${domid[$1]}/image/device-model-pid"; }

monitor() { xl qemu-monitor-command "${domid[$1]}" "$2"; }

# press NAME: press a key, so that the guest goes on. That of a PVH guest is on its console.
press() {
  if [[ ${default_type:-hvm} == pvh ]]; then
    printf a > "$(xenstore-read "/local/domain/${domid[$1]}/console/tty")"
  else
    monitor "$1" 'sendkey a' > /dev/null
  fi
}

# expect_waiting NAME [REASON]: its first access still waits.
expect_waiting() {
  sleep 1
  ! has_printed "$1" FIRST || fail "$1 went on although ${2:-its disks were not closed}"
}

# slow_guest NAME PARAMETERS: a guest whose first access waits, because the backend of a third disk,
# xvdg, is stopped until "killall -CONT hostile-backend".
slow_guest() {
  loaded_slow_guest "$@"
  press "$1"
  expect_waiting "$1"
}

# loaded_slow_guest NAME PARAMETERS: the same, but the access comes when "press" has pressed a key.
loaded_slow_guest() {
  hook_guest "$1" "$2"
  # In a session of its own: Linux sends SIGHUP to an orphaned process group with stopped processes,
  # and the lab is in this group.
  setsid /payload/bin/hostile-backend "${domid[$1]}" xvdg=none > "$OUT/$1/backend" 2>&1
  xl unpause "${domid[$1]}"
  await_claimed "$1"
  killall -STOP hostile-backend
}

end_slow_guest() {
  end_guest "$1"
  killall -9 hostile-backend
}

# loaded_guest NAME: a guest with open disks whose boot loader has made its last call of int13. Its
# system comes in FreeBSD's order: it reads port 10h, writes to it, and takes its disks.
loaded_guest() {
  guest_program=own_drivers hook_guest "$1" "order=freebsd wait"
  xl unpause "$(id_of "$1")"
  await_line "$1" LOADED
  await 5 "$1 is not claimed" is_claimed "$1"
}

# expect_handed_over NAME...: the firmware's disks are as the toolstack has made them: frontends
# Initialising, backends InitWait, no keys and grants but the toolstack's; nothing is claimed.
expect_handed_over() {
  local name id vbd grants hypervisor=/var/log/xen/hypervisor.log from
  from=$(($(stat -c %s "$hypervisor") + 1))
  xl debug-keys g
  # This line ends the list of the last domain, and so the dump.
  await 20 "no list of grants" sh -c "tail -c +$from $hypervisor | grep -q 'gnttab_usage_print_all ] done'"
  tail -c "+$from" "$hypervisor" | tr -d '\r' > "$OUT/grants"
  for name in "$@"; do
    id=${domid[$name]}
    vbd=/local/domain/$id/device/vbd
    expect_same "$name: states of xvde, xvdf" "1 2 1 2" \
      "$(for number in 51776 51792; do
        xenstore-read "$vbd/$number/state"
        xenstore-read "$(xenstore-read "$vbd/$number/backend")/state"
      done | xargs)"
    expect_same "$name: keys" "" "$(xenstore-ls -f "$vbd" | grep -E 'ring-ref|event-channel|protocol|feature-|firmware' || true)"
    grants=$(awk -v begin="grant-table for remote d$id " '/grant-table for remote/ { on = index($0, begin) }
      on && /\[0x/' "$OUT/grants" | sed -E 's/.*\[(0x[0-9a-f]+)\].*/\1/' | xargs)
    # xenstored in C maps the guest's page by grant 1, oxenstored by its frame.
    [[ $grants == "0x000 0x001" || $grants == "0x000" ]] || fail "$name: grants: $grants"
    ! is_claimed "$name" || fail "$name is still claimed"
  done
}

# expect_done NAME...: the rest of each program succeeds, too.
expect_done() {
  local name
  for name in "$@"; do
    press "$name"
    await_line "$name" DONE
    expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' \
      "$name: $(grep -am1 ^FAIL "$OUT/$name/serial" || true)"
  done
}

# The daemon has left nothing in xenstore.
expect_no_trace() {
  expect_same "keys of the daemon in xenstore" "" \
    "$(xenstore-ls -f /local/domain | grep -E 'xenpv-hook(-claim)? =|xenpv-hookd/' || true)"
}

# The process id of the daemon's child, which does the work.
worker() {
  local stat process parent
  for stat in /proc/[0-9]*/stat; do
    # Without starting other processes: there are many files, and the emulator is slow.
    if read -r process _ _ parent _ 2> /dev/null < "$stat" && [[ $parent == "${hook_pid:-none}" ]]; then
      echo "$process"
      return
    fi
  done
}

has_new_worker() { [[ -n $(worker) && $(worker) != "$1" ]]; }

# Kill the worker; its parent starts another one.
kill_worker() {
  local old
  old=$(worker)
  kill -9 "$old"
  await 10 "no new worker" has_new_worker "$old"
  sleep 1
}

# Kill worker and parent, so that no new worker is started.
kill_hook() {
  local old
  old=$(worker)
  kill -STOP "$hook_pid"
  kill -9 "$old" "$hook_pid"
  wait "$hook_pid" 2> /dev/null || true
  hook_pid=''
}

# end_hook: ask the daemon to end. It ends without an error.
end_hook() {
  kill "$hook_pid"
  expect_hook_ended
}

expect_hook_ended() {
  local status=0
  wait "$hook_pid" || status=$?
  hook_pid=''
  expect_same "exit status of the daemon" 0 "$status"
}

store_pid() { pidof oxenstored || pidof xenstored; }

# update_store: replace xenstored by itself. Its process id stays, and its command line shows it.
update_store() {
  local pid
  pid=$(store_pid)
  timeout 60 xenstore-control live-update "$(readlink -f "/proc/$pid/exe")" > "$OUT/update" 2>&1 ||
    fail "live update: status $?, $(last_line "$OUT/update")"
  tr '\0' ' ' < "/proc/$pid/cmdline" > "$OUT/xenstored"
  expect_line "$OUT/xenstored" ' (-U|--live --restart)'
}

# update_before_access PARAMETERS: replace xenstored while a guest has its disks open. They are closed at its first access
# all the same.
update_before_access() {
  run_guest idle "$1"
  await_claimed idle
  update_store
  is_claimed idle || fail "the claim is gone"
  press idle
  await_line idle FIRST
  expect_handed_over idle
  expect_done idle
  end_guest idle
}
