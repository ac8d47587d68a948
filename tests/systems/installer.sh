#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Debian's installer starts from a PV disk, 50 MB by int13, and comes to its first question; its disk is closed then
# needs: system-installer system-installer-pv
. /payload/tests/lib.sh
. /payload/tests/systems-common.sh

question='Select a language|Choose a language|Language:'

# installer NAME KIND MODE LOG LIVE [VM_CONFIG ARGUMENT]...: LOG is what the installer prints on its console, LIVE the file
# that grows meanwhile. The toolstack's keys are the only ones: this kernel has no driver for PV disks, which the
# installer loads later.
installer() {
  local name=$1 kind=$2 mode=$3 log=$OUT/$1/$4 live=$5 watch
  shift 5
  # shellcheck disable=SC2016 # DOMID is set where it runs
  watch='for second in $(seq 550); do
      xenstore-exists /local/domain/$DOMID || exit 1
      ! grep -aqE "'"$question"'" '"$live"' 2> /dev/null || break
      sleep 1
    done
    xenstore-ls -f /local/domain/$DOMID/device/vbd > '"$OUT/$name/keys"
  system "$name" "$kind" "$mode" -a 1 -l 600 -w "$watch" -- memory=1024 "$@"
  expect_line "$log" "$question" "$name: no question"
  expect_line "$OUT/$name/keys" 'vbd/51776/state = "1"' "$name: the disk is not as the toolstack has made it"
  expect_no_line "$OUT/$name/keys" 'ring-ref|event-channel|firmware' "$name: keys of the firmware are left"
}

for mode in strict hook; do installer $mode installer $mode serial "$OUT/$mode/serial"; done
installer pvh installer-pv strict console /var/log/xen/guest-vm.log type=pvh
