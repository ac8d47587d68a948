#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a program in a guest without VGA gets a screen and keys on the PV console: each character, colour and key
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

serial=$OUT/dos/serial

#### The screen ####

dos_guest dos
screen_open dos
await_line dos DRAWN
expect_line "$serial" '^DRAWN passed=[1-9][0-9]* failed=0' "the program reads other cells than it wrote"
expect_dos_screen dos
printf '\n\n\n\n\n' > "$WORK/blank"
expect_screen "$WORK/blank" 21,25
expect_cursor 0,20,1
note "the screen after $SECONDS s"

#### Keys ####

keys_taken=0

# The program has printed so many keys.
has_keys() { (($(grep -c '^key ' "$serial") >= $1)); }

# expect_keys KEY CODE...: press the keys, and compare what the program has got since the last time.
expect_keys() {
  local keys=() codes=() before=$keys_taken
  while [[ $# -gt 0 ]]; do
    keys+=("$1") codes+=("$2")
    shift 2
  done
  screen_keys "${keys[@]}"
  keys_taken=$((before + ${#keys[@]}))
  await 60 "of ${keys[*]}, not all arrive" has_keys "$keys_taken"
  expect_same "${keys[*]}" "${codes[*]}" \
    "$(sed -n 's/^key //p' "$serial" | tr -d '\r' | tail -n "+$((before + 1))" | xargs)"
}

# Esc is alone if silence follows.
expect_keys a 1E61 A 1E41 1 0231 % 0625 Space 3920 Enter 1C0D Tab 0F09 BTab 0F00 BSpace 0E08 \
  é 0082 ß 00E1 Escape 011B
expect_keys Up 48E0 Down 50E0 Left 4BE0 Right 4DE0 Home 47E0 End 4FE0 IC 52E0 DC 53E0 \
  PPage 49E0 NPage 51E0
expect_keys F1 3B00 F2 3C00 F3 3D00 F4 3E00 F5 3F00 F6 4000 F11 8500 F12 8600
expect_keys M-x 2D00 M-a 1E00 M-1 7800 C-a 1E01 C-c 2E03 C-x 2D18 C-z 2C1A
expect_keys S-F1 5400 C-F1 5E00 M-F1 6800 C-Up 8DE0 C-Left 73E0 C-Home 77E0 M-Up 9800
printf 'key %s\n' 6800 8DE0 73E0 77E0 9800 > "$WORK/keys"
expect_screen "$WORK/keys" 21,25

expect_keys F7 4100
# A hidden cursor may be anywhere.
expect_cursor '*,0'
expect_keys F7 4100
expect_cursor 8,24,1
# Older programs use int16 AH=00h.
expect_keys F8 4200 Up 4800 C-Up 8D00 F1 3B00 a 1E61 F8 4200 Up 48E0
note "the keys after $SECONDS s"

#### Pasted text ####

for number in {1..40}; do
  printf 'line %d: pack my box with five dozen liquor jugs\n' "$number"
done > "$WORK/paste"
truncate -s 1024 "$WORK/paste"
tr '\n' '\r' < "$WORK/paste" > "$WORK/typed"
expect_keys F9 4300
await_line dos PASTE
screen_paste "$WORK/paste"
await_line dos pasted
expect_line "$serial" "^pasted 1024 $(/payload/bin/sector-crc32 "$WORK/typed" 0 2)" \
  "of 1024 characters that were pasted, the program got: $(grep '^pasted' "$serial" | tr -d '\r')"
note "pasted after $SECONDS s"

#### Another terminal ####

# It gets the whole screen when its user asks for it.
screen_await '^key 4300'
screen_text > "$WORK/text"
screen_close
screen_open dos
screen_keys C-M-l
expect_screen "$WORK/text"
expect_dos_screen dos-again
expect_keys b 3062

#### A program that waits for nothing ####

# The timer's interrupt updates the terminal.
counter() { screen_text | sed -n '21s/.* //p'; }
counts_on() { [[ $(counter) =~ ^[0-9A-F]{4}$ && $(counter) != "$1" ]]; }
expect_keys F10 4400
await_line dos IDLE
screen_await_until 30 "the counter does not appear" counts_on ''
screen_await_until 30 "the counter stands still" counts_on "$(counter)"
