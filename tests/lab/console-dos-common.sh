# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios with the program screen, which draws the whole screen (see tests/guests/screen.c).
# Sourced after console-common.sh.
#
#   dos_guest NAME [VM_CONFIG ARGUMENT]...  create a guest without VGA with this program, paused. It
#       boots from $boot_vdev (xvde)
#   use_dos NAME [VM_CONFIG ARGUMENT]...  such a guest's user sees each character and colour, presses
#       each key, pastes text, and comes back with another terminal; the guest ends idle
#   expect_dos_screen NAME  wait until the terminal shows what the program has drawn above the rows of
#       the keys, each character and each colour. OUT/NAME.* is what the terminal shows

# The rows 2 to 17 that the program screen draws: code page 437, 16 characters a row, and the digits
# that show the 16 foregrounds. 00h, 20h and FFh are blanks.
cat > "$WORK/tables" << 'END'
 ☺☻♥♦♣♠•◘○◙♂♀♪♫☼    0123456789ABCDEF
►◄↕‼¶§▬↨↑↓→←∟↔▲▼    0123456789ABCDEF
 !"#$%&'()*+,-./    0123456789ABCDEF
0123456789:;<=>?    0123456789ABCDEF
@ABCDEFGHIJKLMNO    0123456789ABCDEF
PQRSTUVWXYZ[\]^_    0123456789ABCDEF
`abcdefghijklmno    0123456789ABCDEF
pqrstuvwxyz{|}~⌂    0123456789ABCDEF
ÇüéâäàåçêëèïîìÄÅ    0123456789ABCDEF
ÉæÆôöòûùÿÖÜ¢£¥₧ƒ    0123456789ABCDEF
áíóúñÑªº¿⌐¬½¼¡«»    0123456789ABCDEF
░▒▓│┤╡╢╖╕╣║╗╝╜╛┐    0123456789ABCDEF
└┴┬├─┼╞╟╚╔╩╦╠═╬╧    0123456789ABCDEF
╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀    0123456789ABCDEF
αßΓπΣσµτΦΘΩδ∞φε∩    0123456789ABCDEF
≡±≥≤⌠⌡÷≈°∙·√ⁿ²■     0123456789ABCDEF
END

# What functions of int10 write in the same rows: row, column, look, text.
cat > "$WORK/functions" << 'END'
2 40 97;41 |******|
3 40 93;42 |-++++++-|
4 40 96;45 |way 0|
5 40 91;46 |way 1|
6 40 34;47 |w|
6 41 37;44 |a|
6 42 34;47 |y|
7 40 34;47 |w|
7 41 37;44 |a|
7 42 34;47 |y|
8 40 0 |aXc|
10 40 93;44 |1111111111|
10 55 93;43 |          |
11 40 93;44 |2222222222|
11 55 93;43 |          |
12 40 93;44 |3333333333|
12 55 93;44 |0000000000|
13 40 97;42 |          |
13 55 93;44 |1111111111|
15 40 97;46 |          |
16 40 97;46 |          |
END

# The numbers of the sequence ESC [ ... m for the eight colours of a PC; 60 more for the bright ones.
foregrounds=(30 34 32 36 31 35 33 37)

# look_of ATTRIBUTE: set look to its name for screen_colours. Bit 7 blinks.
look_of() {
  local foreground=${foregrounds[$1 & 7]} background=$((foregrounds[$1 >> 4 & 7] + 10))
  if (($1 & 8)); then foreground=$((foreground + 60)); fi
  look="$foreground;$background"
  if (($1 & 0x80)); then look="5;$look"; fi
  if (($1 == 7)); then look=0; fi
}

make_expected_text() {
  local row table at text column
  printf 'The screen of a guest without VGA\n\n'
  row=2
  while IFS= read -r table; do
    while read -r at column _ text; do
      [[ $at == "$row" ]] || continue
      text=${text#|}
      printf -v table '%s%*s%s' "$table" $((column - ${#table})) '' "${text%|}"
    done < "$WORK/functions"
    echo "$table"
    row=$((row + 1))
  done < "$WORK/tables"
  printf '%78swr\nap\n' ''
}

# All cells that do not have the default look. (Its runs depend on what is beside them.)
make_expected_colours() {
  local row=0 column table look
  while IFS= read -r table; do
    echo "$((row + 2)) 0 93;44 |${table:0:16}|"
    for column in {0..15}; do
      look_of $((row * 16 + column))
      echo "$((row + 2)) $((column + 20)) $look |${table:column+20:1}|"
    done
    row=$((row + 1))
  done < "$WORK/tables"
  cat "$WORK/functions"
}

# coloured_cells: of the lines of screen_colours, print each cell that does not have the default look.
# The foreground of a blank is not visible, so the firmware does not care.
coloured_cells() {
  local row column look text i character shown
  while read -r row column look text; do
    [[ $look != 0 ]] || continue
    text=${text#|} text=${text%|}
    for ((i = 0; i < ${#text}; i++)); do
      character=${text:i:1} shown=$look
      if [[ $character == ' ' ]]; then
        [[ $look =~ (^|;)((4|10)[0-7])$ ]] && shown=${BASH_REMATCH[2]}
      fi
      echo "$row $((column + i)) $shown $character"
    done
  done | sort -n -k 1,1 -k 2,2
}

dos_guest() {
  local name=$1
  shift
  console_guest "$name" vga=none disk="format=raw,vdev=${boot_vdev:-xvde},access=rw,target=$(image screen)" "$@"
}

make_expected_text | sed 's/ *$//' > "$WORK/drawn"
make_expected_colours | coloured_cells > "$WORK/drawn.colours"

expect_dos_screen() {
  expect_screen "$WORK/drawn" 1,20
  screen_save "$1"
  coloured_cells < "$OUT/$1.colours" > "$WORK/got"
  cmp -s "$WORK/drawn.colours" "$WORK/got" || {
    diff "$WORK/drawn.colours" "$WORK/got" || true
    fail "the colours are not as expected"
  }
}

#### The user ####

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

use_dos_screen() {
  screen_open "$1"
  await_line "$1" DRAWN
  expect_line "$serial" '^DRAWN passed=[1-9][0-9]* failed=0' "the program reads other cells than it wrote"
  expect_dos_screen "$1"
  printf '\n\n\n\n\n' > "$WORK/blank"
  expect_screen "$WORK/blank" 21,25
  expect_cursor 0,20,1
  note "the screen after $SECONDS s"
}

use_dos_keys() {
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
}

paste_to_dos() {
  local number
  for number in {1..40}; do
    printf 'line %d: pack my box with five dozen liquor jugs\n' "$number"
  done > "$WORK/paste"
  truncate -s 1024 "$WORK/paste"
  tr '\n' '\r' < "$WORK/paste" > "$WORK/typed"
  expect_keys F9 4300
  await_line "$1" PASTE
  screen_paste "$WORK/paste"
  await_line "$1" pasted
  expect_line "$serial" "^pasted 1024 $(/payload/bin/sector-crc32 "$WORK/typed" 0 2)" \
    "of 1024 characters that were pasted, the program got: $(grep '^pasted' "$serial" | tr -d '\r')"
  note "pasted after $SECONDS s"
}

# It gets the whole screen when its user asks for it.
show_dos_again() {
  screen_await '^key 4300'
  screen_text > "$WORK/text"
  screen_close
  screen_open "$1"
  screen_keys C-M-l
  expect_screen "$WORK/text"
  expect_dos_screen "$1-again"
  expect_keys b 3062
}

counter() { screen_text | sed -n '21s/.* //p'; }
counts_on() { [[ $(counter) =~ ^[0-9A-F]{4}$ && $(counter) != "$1" ]]; }

# The timer's interrupt updates the terminal.
leave_dos_idle() {
  expect_keys F10 4400
  await_line "$1" IDLE
  screen_await_until 30 "the counter does not appear" counts_on ''
  screen_await_until 30 "the counter stands still" counts_on "$(counter)"
}

use_dos() {
  local name=$1 serial=$OUT/$1/serial
  dos_guest "$@"
  use_dos_screen "$name"
  use_dos_keys
  paste_to_dos "$name"
  show_dos_again "$name"
  leave_dos_idle "$name"
}
