# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which a guest goes on as another domain (restored, or migrated) while it
# calls int13. Sourced after hook-common.sh.

# start_moving_guest NAME MODE VM_CONFIG_ARGUMENT...: a small guest, in that mode of the hand-over.
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

# The serial port's file begins anew with each domain; what was in it is in the parts before.
serial() { cat "$OUT/$1/part."* "$OUT/$1/serial" 2> /dev/null; }
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

# migrate NAME TURN: live, to this host.
migrate() {
  local old
  old=$(id_of "$1")
  # The old domain's QEMU goes on with the file that it has open, the new one's makes another.
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

# end_moving_guest NAME: when its program is done. OUT/NAME has all that it said, and the firmware.
end_moving_guest() {
  serial "$1" > "$OUT/$1/all"
  # Its own domains, from the first on: there are lines of guests before it.
  xl dmesg | awk -v first="$first_domain" '/^\(d[0-9]+\)/ && substr($0, 3) + 0 >= first' > "$OUT/$1/debug"
  end_guest "$1"
}

# The program on the guest's first disk made checks, and all went well.
expect_content() {
  expect_line "$OUT/$1/all" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$OUT/$1/all" || true)"
}

# expect_reconnects NAME VDEV COUNT: that each move has taken the connection away was noticed.
expect_reconnects() {
  local count
  count=$(grep -Ec "$2: (something else has closed it meanwhile|connecting again)" "$OUT/$1/debug" || true)
  expect_same "$1: connections of $2 that went away" "$3" "$count"
}
