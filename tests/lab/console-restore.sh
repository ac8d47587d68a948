#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest that is restored or migrated draws its screen on its new PV console, and takes the keys typed there
# set: full
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/save-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

# expect_drawn NAME KEY CODE: a terminal that has just been opened shows what the program has drawn long ago.
# The test does not ask for it.
expect_drawn() {
  screen_open moves
  expect_dos_screen "$1"
  screen_keys "$2"
  await_line moves "key $3"
  screen_await "^key $3\$" 10
  note "$1: after $SECONDS s"
}

dos_guest moves
screen_open moves
await_line moves DRAWN
expect_dos_screen before

screen_close
save_and_restore moves 1
expect_drawn restored b 3062
screen_close

migrate moves 2
expect_drawn migrated c 2E63
