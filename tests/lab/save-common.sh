# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which a restore or a migration moves a guest to another domain while it calls
# int13. Sourced after hook-common.sh.

# start_moving_guest NAME MODE VM_CONFIG_ARGUMENT...: start a small guest in this mode of the
# hand-over.
start_moving_guest() {
  local name=$1 mode=$2
  shift 2
  mkdir -p "$OUT/$name"
  vm_config "$WORK/$name.cfg" name="$name" memory=40 vnc=0 sdl=0 usb=0 \
    serial="\"file:$OUT/$name/serial\"" "$@"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 || fail "$name: not created"
  find_guest "$name"
  first_domain=$(id_of "$name")
  DOMID=$first_domain bash -c "$(wish "$mode")"
  xl unpause "$first_domain"
}

# serial NAME: all output. Each domain starts a new file; the part.* are those of earlier domains.
serial() { cat "$OUT/$1/part."* "$OUT/$1/serial" 2> /dev/null || true; }
lines_of() { serial "$1" | grep -ac "^$2" || true; }
has_lines() { [[ $(lines_of "$1" "$2") -ge $3 ]]; }
is_done() { serial "$1" | grep -aq '^DONE'; }
part() { printf '%s/%s/part.%02d' "$OUT" "$1" "$2"; }

# save_and_restore NAME TURN
save_and_restore() {
  local old
  old=$(id_of "$1")
  xl save "$old" "$WORK/state" > "$OUT/$1/save.$2" 2>&1 || fail "$1: xl save failed"
  mv "$OUT/$1/serial" "$(part "$1" "$2")"
  xl restore "$WORK/state" > "$OUT/$1/restore.$2" 2>&1 || fail "$1: xl restore failed"
  rm "$WORK/state"
  expect_new_domain "$1" "$old"
}

# migrate NAME TURN: migrate the guest live to this host.
migrate() {
  local old
  old=$(id_of "$1")
  # The old domain's QEMU goes on writing to its open file; the new domain's QEMU makes another one.
  mv "$OUT/$1/serial" "$(part "$1" "$2")"
  timeout 120 xl migrate -s '' "$old" 'xl migrate-receive' > "$OUT/$1/migrate.$2" 2>&1 ||
    fail "$1: xl migrate failed: $(last_line "$OUT/$1/migrate.$2")"
  expect_new_domain "$1" "$old"
}

expect_new_domain() {
  find_guest "$1"
  [[ $(id_of "$1") != "$2" ]] || fail "$1: the domain has its old number"
  ! xenstore-exists "/local/domain/$2" || fail "$1: the old domain is still there"
}

# end_moving_guest NAME: collect the output of the program and of the firmware in OUT/NAME, and end
# the guest, whose program is done.
end_moving_guest() {
  serial "$1" > "$OUT/$1/all"
  # Only its own domains, from the first on: the log also has lines of earlier guests.
  xl dmesg | awk -v first="$first_domain" '/^\(d[0-9]+\)/ && substr($0, 3) + 0 >= first' > "$OUT/$1/debug"
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
