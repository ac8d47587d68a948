#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a reset, int18, int19 or a power-off in a PVH guest leaves its disks written, closed and clean, and Xen restarts or ends it
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

# This uses linger mode, in which the disks are always open. A domain that has ended is kept, under
# another name if it is started again, so that the script can inspect it.

# start WAY [VM_CONFIG ARGUMENT]...: run the program in a guest with this name.
start() {
  local way=$1 program=$WORK/$1.img
  shift
  mkdir -p "$OUT/$way"
  rm -f "/var/log/xen/xl-$way.log"*
  : > "$OUT/$way/first"
  cp "$(image pvh_reset)" "$program"
  printf '%s' "${way%%-*}" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  truncate -s 4M "$WORK/$way-second.img"
  vm_config "$WORK/$way.cfg" type=pvh name="$way" memory=40 cmdline='"xenpv.handover=linger"' \
    on_reboot='"rename-restart"' \
    disk="format=raw,vdev=xvda,access=rw,target=$program" \
    disk="format=raw,vdev=xvdb,access=rw,backendtype=qdisk,target=$WORK/$way-second.img" "$@"
  xl create "$WORK/$way.cfg" > "$OUT/$way/create.log" 2>&1 ||
    fail "$way could not be created: $(last_line "$OUT/$way/create.log")"
  find_guest "$way"
}

# log_of WAY: print what the guest's present domain has written to its debug console.
log_of() { sed -nE "s/^\(d$(id_of "$1")\) ?//p" /var/log/xen/hypervisor.log | tr -d '\r'; }
has_logged() { log_of "$1" > "$OUT/$1/debug" && grep -aEq -- "$2" "$OUT/$1/debug"; }
await_log() { await "${3:-60}" "$1: '$2' does not appear" has_logged "$1" "$2"; }

# end_of NAME: print how its domain ended, from xl's log: 0 power-off, 1 reboot.
end_of() { sed -nE 's/.*shut down, reason code ([0-9]+).*/\1/p' "/var/log/xen/xl-$1.log" | tail -n 1; }
has_ended() { [[ -n $(end_of "$1") ]]; }
is_gone() { ! xenstore-exists "/local/domain/$1" && ! xl list "$1" > /dev/null 2>&1; }

# expect_closed WAY ID: the disks of this domain are closed, and no key of theirs is left.
expect_closed() {
  local kind
  xenstore-ls -p "/local/domain/$2/device/vbd" > "$OUT/$1/frontends"
  for kind in vbd qdisk; do xenstore-ls "/local/domain/0/backend/$kind/$2"; done > "$OUT/$1/backends"
  expect_same "$1: states of the frontends" 2 "$(grep -c '^ state = "1"' "$OUT/$1/frontends")"
  expect_same "$1: states of the backends" 2 "$(grep -c '^ state = "2"' "$OUT/$1/backends")"
  expect_no_line "$OUT/$1/frontends" 'ring-ref|event-channel|protocol|feature-|xenpv' "$1: a key was left behind"
}

# expect_both_closed WAY [REGEX]: the firmware has closed both disks after the program's writes,
# before it has logged what matches.
expect_both_closed() {
  expect_line "$OUT/$1/debug" 'xenpv: hand-over: linger '
  sed "1,/^BOOT 1/d${2:+; /$2/,\$d}" "$OUT/$1/debug" > "$OUT/$1/closing"
  expect_same "$1: disks closed" 2 "$(grep -cE 'xvd[ab]: closed$' "$OUT/$1/closing")"
}

# expect_written WAY BOOTS: each boot has written to both disks, and it is in the images.
expect_written() {
  local drive sector crc
  local -A images=([80]=$WORK/$1.img [81]=$WORK/$1-second.img)
  cat "$OUT/$1"/first "$OUT/$1/debug" | grep -a '^wrote ' | sort -u > "$OUT/$1/wrote"
  expect_same "$1: number of writes" $((2 * $2)) "$(wc -l < "$OUT/$1/wrote")"
  while read -r _ drive sector crc; do
    expect_same "$1: sector $sector of drive $drive" "$crc" \
      "$(/payload/bin/sector-crc32 "${images[$drive]}" "$sector" 8)"
  done < "$OUT/$1/wrote"
}

end_ways() {
  local id
  for id in "$@"; do xl destroy "$id" > /dev/null 2>&1 || true; done
}

# expect_restart WAY [SECONDS]: the domain has ended with its disks closed, and another one boots from the disk.
expect_restart() {
  local old
  old=$(id_of "$1")
  await "${2:-60}" "$1: no new domain" find_new_guest "$1" "$old"
  sed -nE "s/^\(d$old\) ?//p" /var/log/xen/hypervisor.log | tr -d '\r' > "$OUT/$1/first"
  expect_same "$1: how the domain ended" 1 "$(end_of "$1")"
  expect_closed "$1" "$old"
  await_log "$1" '^DONE '
  expect_line "$OUT/$1/debug" '^BOOT 2 ' "$1: the new domain has not booted from the disk"
  expect_line "$OUT/$1/debug" '^DONE passed=[1-9][0-9]* failed=0'
  expect_written "$1" 2
  end_ways "$old" "$(id_of "$1")"
}

# No port resets a PVH guest.
note "vector"
start vector
await_log vector '^BOOT 1 passed=[1-9][0-9]* failed=0'
expect_restart vector
expect_line "$OUT/vector/first" '^PORTS ff ff ff$' "vector: a port resets the guest, or answers"
expect_line "$OUT/vector/first" 'In resume \(status=0\)' "vector: the reset did not go through the BIOS"
cp "$OUT/vector/first" "$OUT/vector/debug"
expect_both_closed vector
expect_no_line "$OUT/vector/first" 'cannot shut down'

# The same domain boots again.
note "int19"
start int19
await_log int19 '^DONE '
expect_line "$OUT/int19/debug" '^BOOT 1 passed=[1-9][0-9]* failed=0'
expect_line "$OUT/int19/debug" '^BOOT 2 '
expect_line "$OUT/int19/debug" '^DONE passed=[1-9][0-9]* failed=0'
expect_both_closed int19 'Booting from'
expect_written int19 2
end_ways "$(id_of int19)"

# Nothing else boots: the guest waits a minute, and restarts.
note "int18"
start int18
await_log int18 'No bootable device'
expect_line "$OUT/int18/debug" '^BOOT 1 passed=[1-9][0-9]* failed=0'
expect_both_closed int18 'No bootable device'
expect_closed int18 "$(id_of int18)"
expect_written int18 1
if [[ $FULL == 1 ]]; then
  expect_restart int18 120
else
  end_ways "$(id_of int18)"
fi

note "apm"
start apm on_poweroff='"preserve"'
await 60 "apm: the guest does not end" has_ended apm
log_of apm > "$OUT/apm/debug"
expect_line "$OUT/apm/debug" '^GOING passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/apm/debug" || true)"
expect_same "apm: how the domain ended" 0 "$(end_of apm)"
expect_closed apm "$(id_of apm)"
expect_both_closed apm
expect_written apm 1
end_ways "$(id_of apm)"

note "apm, and nothing is left"
start apm-destroy on_poweroff='"destroy"'
await 60 "apm: the guest does not end" has_ended apm-destroy
await 30 "apm: the domain stays" is_gone "$(id_of apm-destroy)"
expect_same "apm: how the domain ended" 0 "$(end_of apm-destroy)"
log_of apm-destroy > "$OUT/apm-destroy/debug"
expect_written apm-destroy 1
