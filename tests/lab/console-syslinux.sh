#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: SYSLINUX on the PV console of a guest without VGA: menu, prompt and help in colours; an entry is edited and boots
# needs: syslinux-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-syslinux-common.sh

start_hook # SYSLINUX reads faster
syslinux_guest sys xvde xvdf xvdg
screen_open sys
use_syslinux sys
screen_close
end_guest sys
expect_line "$OUT/hook.log" ': I/O ports claimed'
stop_hook
[[ $FULL == 1 ]] || exit 0

syslinux_guest strict xvde xvdf xvdg
screen_open strict
use_syslinux strict
