#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a reset through the reset vector or by Ctrl-Alt-Del leaves the disks closed and clean
# also: oxenstored
. /payload/tests/lib.sh

# This uses linger mode, in which the disks are always open. The domain is preserved at its end, so
# that the script can inspect it before it destroys it. The script presses the keys again and again,
# because the guest may not have begun to wait for them.
cat > "$WORK/watch" << 'END'
keys=$1 out=$2
until grep -q 'shut down, reason code' /var/log/xen/xl-vm.log; do
  if [[ $keys == keyboard ]] && grep -q '^READ' "$out/serial"; then
    xl qemu-monitor-command "$DOMID" 'sendkey ctrl-alt-delete'
  fi
  sleep 1
done
xenstore-ls -p "/local/domain/$DOMID/device/vbd" > "$out/frontends"
for kind in vbd qdisk; do xenstore-ls "/local/domain/0/backend/$kind/$DOMID"; done > "$out/backends"
xl destroy "$DOMID"
END

# reset_by HOW
reset_by() {
  local out=$OUT/$1 program
  mkdir -p "$out"
  program=$(image reset)
  truncate -s 4M "$WORK/second.img"
  printf '%s' "$1" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" on_reboot='"preserve"' \
    disk="format=raw,vdev=xvde,access=rw,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$WORK/second.img"
  vm_run -l 180 -o "$out" \
    -p "xenstore-write /local/domain/\$DOMID/platform/xenpv-handover linger
        (DOMID=\$DOMID bash $WORK/watch $1 $out > $out/watch.log 2>&1 &)" \
    "$WORK/vm.cfg"
  expect_line "$out/serial" '^READ passed=1 failed=0' "$1: the guest could not read"
  expect_same "$1: how the guest stopped" reboot "$(cat "$out/reason")"
  expect_line "$out/debug" 'In 32bit resume' "$1: the reset did not go through the BIOS"
  # The disks are closed, in any order, before the reset.
  expect_same "$1: closed before the reset" 2 \
    "$(sed '1,/In resume/d; /Attempting a hard reboot/,$d' "$out/debug" | grep -cE 'xvd[ef]: closed$')"
  expect_same "$1: states of the frontends" 2 "$(grep -c '^ state = "1"' "$out/frontends")"
  expect_same "$1: states of the backends" 2 "$(grep -c '^ state = "2"' "$out/backends")"
  expect_no_line "$out/frontends" 'ring-ref|event-channel|protocol|feature-|xenpv' "$1: a key was left behind"
}

reset_by vector
reset_by keyboard
