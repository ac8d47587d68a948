#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: xl save, pause, reboot and shutdown, with FULL=1 migrate and save -c, work while a program for DOS runs in a PVH guest
# also: oxenstored
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

# shellcheck disable=SC2034 # the common files use them
default_type=pvh boot_vdev=xvda

# use_key KEY CODE: the program gets the key.
use_key() {
  screen_keys "$1"
  await_line dos "key $2"
  screen_await "^key $2\$" 10
}

# expect_drawn NAME KEY CODE [REDRAW]: a terminal that has just been opened shows what the program has drawn; in the same
# domain as before, once the key REDRAW is pressed.
expect_drawn() {
  stop_following
  follow_debug dos
  screen_open dos
  [[ -z ${4:-} ]] || screen_keys "$4"
  expect_dos_screen "$1"
  use_key "$2" "$3"
  screen_close
  note "$1: after $SECONDS s"
}

# What the toolstack has done for the guest.
at_end() { tail -n 20 /var/log/xen/xl-dos*.log > "$OUT/dos/xl" 2> /dev/null || true; }

is_gone() { ! xenstore-exists "/local/domain/$1"; }

dos_guest dos on_reboot='"restart"'
# shellcheck disable=SC2034 # collect_debug reads it
first_domain=$(id_of dos)
screen_open dos
await_line dos DRAWN
expect_dos_screen before
use_key a 1E61
screen_close

save_and_restore dos 1
expect_drawn restored b 3062

suspends=1
if [[ $FULL == 1 ]]; then
  migrate dos 2
  expect_drawn migrated c 2E63
  suspends=2
fi

id=$(id_of dos)
xl pause "$id"
sleep 3
xl unpause "$id"
expect_drawn paused e 1265 C-l

xl reboot "$id" > "$OUT/dos/reboot" 2>&1 || fail "xl reboot failed"
await 120 "there is no new domain after xl reboot" find_new_guest dos "$id"
: > "$OUT/dos/serial"
stop_following
follow_debug dos
await_line dos DRAWN
note "restarted: after $SECONDS s"

id=$(id_of dos)
xl shutdown "$id" > "$OUT/dos/shutdown" 2>&1 || fail "xl shutdown failed"
await 60 "the guest does not shut down" is_gone "$id"
collect_debug dos
expect_same "suspends in Xen's log" "$suspends $suspends" \
  "$(grep -c 'pvh: suspended by the toolstack' "$OUT/dos/debug") $(grep -c 'pvh: resumed' "$OUT/dos/debug")"
for what in 'restarted by the toolstack' 'switched off by the toolstack'; do
  expect_line "$OUT/dos/debug" "xenpv: pvh: $what"
done

# The toolstack keeps the domain. The xl that waits for its end believes that it has ended, so this comes last.
if [[ $FULL == 1 ]]; then
  dos_guest dos
  id=$(id_of dos)
  screen_open dos
  expect_dos_screen new
  screen_close
  xl save -c "$id" "$WORK/state" > "$OUT/dos/save.3" 2>&1 ||
    fail "xl save -c failed: $(last_line "$OUT/dos/save.3")"
  expect_drawn checkpoint d 2064 C-l
  expect_same "the domain after xl save -c" "$id" "$(id_of dos)"
  end_guest dos
fi
