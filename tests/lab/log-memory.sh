#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: xenpv-hookd --log shows the firmware's lines of a guest that runs, is paused, or did not boot
# set: full
. /payload/tests/lib.sh

export HOOK=/payload/bin/xenpv-hookd

# Runs while a guest does. WAIT_FOR is the last line to wait for, TAKE the folder for the logs.
take_logs() {
  local i
  for ((i = 0; i < LIMIT; i++)); do
    "$HOOK" --log "$DOMID" > "$TAKE/running" 2> "$TAKE/errors" || true
    if grep -aq -- "$WAIT_FOR" "$TAKE/running"; then
      xl pause "$DOMID"
      "$HOOK" --log "$DOMID" > "$TAKE/paused" 2>> "$TAKE/errors" || return 1
      "$HOOK" --log vm > "$TAKE/by-name" 2>> "$TAKE/errors" || return 1
      return 0
    fi
    sleep 1
  done
  return 1
}
export -f take_logs

# has_lines FILE TEXT: check that TEXT has the lines of FILE in their order.
has_lines() {
  local line rest=$2
  while IFS= read -r line; do
    [[ $rest == *"$line"* ]] || fail "$3: $line"
    rest=${rest#*"$line"}
  done < "$1"
}

# check_logs: the log in memory has the firmware's lines on the debug console, from the first line that is kept on, and
# no other. Xen breaks long lines of the console. Lines of 16-bit code ("xenpv: drive") are on the console alone.
check_logs() {
  cmp "$TAKE/paused" "$TAKE/by-name" || fail "the log by name differs from the log by number"
  [[ $(head -n 1 "$TAKE/paused") == 'SeaBIOS (version '*seabios-xenpv* ]] ||
    fail "the log has no beginning: $(head -n 1 "$TAKE/paused")"
  tr -d '\r' < "$TAKE/debug" | sed -n '/^SeaBIOS (version/,$p' > "$TAKE/port"
  has_lines "$TAKE/paused" "$(tr -d '\n' < "$TAKE/port")" "in memory, but not on the console"
  grep -a '^xenpv: ' "$TAKE/port" | grep -av '^xenpv: drive ' > "$TAKE/own"
  has_lines "$TAKE/own" "$(tr -d '\n' < "$TAKE/paused")" "on the console, but not in memory"
}

expect_status() {
  local expected=$1 code=0
  shift
  "$HOOK" --log "$@" > "$OUT/status" 2>&1 || code=$?
  expect_same "exit status of --log $*" "$expected" "$code"
}

# A guest that boots a program which waits for a key.
export WAIT_FOR='Booting from 0000:7c00' TAKE=$OUT/boots
mkdir -p "$TAKE"
program=$(image hammer)
printf 'first=read' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$program"
vm_run -o "$TAKE" -w take_logs "$WORK/vm.cfg"
check_logs
expect_line "$TAKE/paused" '^xenpv: xvde: connected'
expect_line "$TAKE/paused" '^xenpv: booting from Xen PV disk xvde, '
expect_no_line "$TAKE/paused" '^xenpv: boot:'

# A guest whose disk has no boot sector, while a daemon runs.
export WAIT_FOR='No bootable device' TAKE=$OUT/fails
mkdir -p "$TAKE"
truncate -s 4M "$WORK/empty.img"
vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$WORK/empty.img"
start_hook
vm_run -o "$TAKE" -w take_logs "$WORK/vm.cfg"
stop_hook
check_logs
expect_line "$TAKE/paused" '^xenpv: boot: xvde: its first sector has no boot signature$'

# No log.
expect_status 3 30000
expect_line "$OUT/status" 'there is no domain 30000$'
expect_status 3 none
expect_line "$OUT/status" 'there is no domain none$'
expect_status 2
vm_config "$WORK/vm.cfg" type=hvm bios="$STOCK_BIOS" disk="format=raw,vdev=hda,access=rw,target=$(image list)"
xl create -p "$WORK/vm.cfg" > "$OUT/create.log" 2>&1 || fail "the guest could not be created: $(last_line "$OUT/create.log")"
expect_status 4 vm
expect_line "$OUT/status" 'its firmware is no seabios-xenpv that keeps a log'
xl destroy vm
