#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: Debian's installer starts from a PV disk, 50 MB by int13, and comes to its first question; its disk is closed then
# needs: system-installer
. /payload/tests/lib.sh
. /payload/tests/systems-common.sh

question='Select a language|Choose a language|Language:'

# installer MODE: the toolstack's keys are the only ones: this kernel has no driver for PV disks, which the installer
# loads later.
installer() {
  local mode=$1 dir=$OUT/$1 watch
  # shellcheck disable=SC2016 # DOMID is set where it runs
  watch='for second in $(seq 550); do
      xenstore-exists /local/domain/$DOMID || exit 1
      ! grep -aqE "'"$question"'" '"$dir/serial"' 2> /dev/null || break
      sleep 1
    done
    xenstore-ls -f /local/domain/$DOMID/device/vbd > '"$dir/keys"
  system "$mode" installer "$mode" -a 1 -l 600 -w "$watch" -- memory=1024
  expect_line "$dir/serial" "$question" "$mode: no question"
  expect_line "$dir/keys" 'vbd/51776/state = "1"' "$mode: the disk is not as the toolstack has made it"
  expect_no_line "$dir/keys" 'ring-ref|event-channel|firmware' "$mode: keys of the firmware are left"
}

for mode in strict hook; do installer $mode; done
