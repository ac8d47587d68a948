# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios with the program screen, which draws the whole screen (see tests/guests/screen.c).
# Sourced after console-common.sh.
#
#   dos_guest NAME [VM_CONFIG ARGUMENT]...  create a guest without VGA with this program, paused
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
  console_guest "$name" vga=none disk="format=raw,vdev=xvde,access=rw,target=$(image screen)" "$@"
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
