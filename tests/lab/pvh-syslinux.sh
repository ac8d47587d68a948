#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: SYSLINUX on the PV console of a PVH guest: menu, prompt, help in colours, an edited entry; the time-out of a menu starts its entry
# set: full
# needs: syslinux-disk
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-syslinux-common.sh

# shellcheck disable=SC2034 # the common files use them
default_type=pvh
syslinux_guest sys xvda xvdb xvdc
screen_open sys
use_syslinux sys
screen_close
end_guest sys

#### The time-out ####

# SYSLINUX counts the timer's interrupts. How long that takes here depends on the lab; pvh-tick checks the rate.
syslinux_guest times xvda xvdb xvdc
screen_open times
await_syslinux_menu
to_prompt
screen_keys t i m e d
screen_await '^boot: timed$'
screen_keys Enter
screen_await '^ +Automatic boot in 1?[0-9] seconds'
begun=$SECONDS
screen_await '^This is the first disk\.' 240
took=$((SECONDS - begun))
note "a time-out of 10 s took $took s"
