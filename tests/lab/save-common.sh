# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which a restore or a migration moves a guest to another domain while it calls
# int13. Sourced after hook-common.sh. With default_type=pvh they are PVH guests.

is_pvh() { [[ ${default_type:-hvm} == pvh ]]; }

# start_moving_guest NAME MODE VM_CONFIG_ARGUMENT...: start a small guest in this mode of the
# hand-over.
start_moving_guest() {
  local name=$1 mode=$2
  shift 2
  mkdir -p "$OUT/$name"
  is_pvh || set -- serial="\"file:$OUT/$name/serial\"" "$@"
  vm_config "$WORK/$name.cfg" name="$name" memory=40 vnc=0 sdl=0 usb=0 "$@"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 || fail "$name: not created"
  find_guest "$name"
  first_domain=$(id_of "$name")
  DOMID=$first_domain bash -c "$(wish "$mode")"
  ! is_pvh || follow_domains "$name"
  xl unpause "$first_domain"
}

# follow_domains NAME: collect what the guest prints. In a PVH guest it goes to Xen's log, with the number of the domain
# before each line; no other guest may run.
follow_domains() {
  tail --pid=$$ -n 0 -f /var/log/xen/hypervisor.log > >(sed -unE 's/^\(d[0-9]+\) ?//p' > "$OUT/$1/serial") &
}

# serial NAME: all output. Each domain of an HVM guest starts a new file; the part.* are those of earlier domains.
serial() { cat "$OUT/$1/part."* "$OUT/$1/serial" 2> /dev/null || true; }
lines_of() { serial "$1" | grep -ac "^$2" || true; }
has_lines() { [[ $(lines_of "$1" "$2") -ge $3 ]]; }
is_done() { serial "$1" | grep -aq '^DONE'; }
end_part() { is_pvh || mv "$OUT/$1/serial" "$(part "$1" "$2")"; }
part() { printf '%s/%s/part.%02d' "$OUT" "$1" "$2"; }

# save_and_restore NAME TURN [CONFIG]
save_and_restore() {
  local old
  old=$(id_of "$1")
  xl save "$old" "$WORK/state" > "$OUT/$1/save.$2" 2>&1 || fail "$1: xl save failed"
  end_part "$1" "$2"
  xl restore ${3:+"$3"} "$WORK/state" > "$OUT/$1/restore.$2" 2>&1 || fail "$1: xl restore failed"
  rm "$WORK/state"
  expect_new_domain "$1" "$old"
}

# migrate NAME TURN: migrate the guest live to this host, where the command "receive" takes it.
receive='xl migrate-receive'
migrate() {
  local old
  old=$(id_of "$1")
  # The old domain's QEMU goes on writing to its open file; the new domain's QEMU makes another one.
  end_part "$1" "$2"
  timeout 120 xl migrate -s '' "$old" "$receive" > "$OUT/$1/migrate.$2" 2>&1 ||
    fail "$1: xl migrate failed: $(last_line "$OUT/$1/migrate.$2")"
  expect_new_domain "$1" "$old"
}

expect_new_domain() {
  find_guest "$1"
  [[ $(id_of "$1") != "$2" ]] || fail "$1: the domain has its old number"
  ! xenstore-exists "/local/domain/$2" || fail "$1: the old domain is still there"
}

# press_on_console NAME: press a key on the PV console of a PVH guest.
press_on_console() { printf a > "$(xenstore-read "/local/domain/$(id_of "$1")/console/tty")"; }

# collect_debug NAME: what the domains from $first_domain on have written to Xen's log, without that of earlier guests.
collect_debug() {
  xl dmesg | awk -v first="$first_domain" '/^\(d[0-9]+\)/ && substr($0, 3) + 0 >= first' > "$OUT/$1/debug"
}

# end_moving_guest NAME: collect the output of the program and of the firmware in OUT/NAME, and end
# the guest, whose program is done.
end_moving_guest() {
  serial "$1" > "$OUT/$1/all"
  collect_debug "$1"
  end_guest "$1"
}

# The checks of the program on the guest's first disk have passed.
expect_content() {
  expect_line "$OUT/$1/all" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$OUT/$1/all" || true)"
}

# expect_reconnects NAME VDEV COUNT: the firmware noticed that COUNT moves ended its connection.
expect_reconnects() {
  local count
  count=$(grep -Ec "$2: (something else has closed it meanwhile|connecting again)" "$OUT/$1/debug" || true)
  expect_same "$1: lost connections of $2" "$3" "$count"
}
