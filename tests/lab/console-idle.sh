#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest goes on while nothing reads its PV console; a terminal that is opened later shows the newest screen and takes keys
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

daemon=(xenconsoled --log=all --log-dir=/var/log/xen)
at_end() { killall -CONT xenconsoled 2> /dev/null || "${daemon[@]}"; }

#### xenconsoled stands still ####

dos_guest full
killall -STOP xenconsoled
xl unpause "$(id_of full)"
await_line full DRAWN
press full # on the emulated keyboard
await_line full 'key 1E61'
note "full: goes on after $SECONDS s"
screen_open full
expect_same "what the terminal shows" "" "$(screen_text | xargs)"
screen_keys b
killall -CONT xenconsoled
await_line full 'key 3062'
expect_dos_screen full
printf 'key %s\n' 1E61 3062 > "$WORK/keys"
expect_screen "$WORK/keys" 24,25
note "full: shown after $SECONDS s"

#### No terminal is open ####

# The program writes at each tick.
screen_keys F10
await_line full IDLE
screen_close
sleep 10
screen_open full
screen_keys C-M-l
expect_dos_screen idle
counter() { screen_text | sed -n '21s/.* //p'; }
counts_on() { [[ $(counter) =~ ^[0-9A-F]{4}$ && $(counter) != "$1" ]]; }
screen_await_until 10 "the counter stands still" counts_on "$(counter)"
screen_close
end_guest full
note "idle: shown after $SECONDS s"

#### There is no xenconsoled ####

dos_guest absent # xl waits for it
killall -9 xenconsoled
xl unpause "$(id_of absent)"
await_line absent DRAWN
press absent
await_line absent 'key 1E61'
note "absent: goes on after $SECONDS s"
"${daemon[@]}"
screen_open absent
expect_dos_screen absent
screen_keys b
await_line absent 'key 3062'
