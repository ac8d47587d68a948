# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about a guest's PV console. tmux is the terminal: it runs "xl console" in a
# window that no one sees, and prints what this shows. One screen is open at a time. Sourced after
# lib.sh and hook-common.sh.
#
#   console_guest NAME [VM_CONFIG ARGUMENT]...  create a guest, paused. Its serial output goes to
#       OUT/NAME/serial. A PVH guest (default_type=pvh) has no serial port: what it prints on its
#       debug console goes there
#   screen_open NAME [COLUMNSxROWS]  show the guest's console on a terminal of this size (80x25);
#       then let the guest run, if it is paused. A daemon is started before
#   screen_close            end the terminal, as if its window was closed
#   at_end                  a scenario may define it; it is called when the scenario ends
#   screen_resize COLUMNSxROWS
#   screen_text             print the rows, without blanks at their ends, in UTF-8
#   screen_history          print the rows that have scrolled off the screen, the same way
#   screen_colours          print the colours, see below
#   screen_cursor           print COLUMN,ROW,SHOWN; both from 0 on, SHOWN is 1 or 0
#   screen_keys KEY...      press keys by tmux' names: a Enter Escape BSpace F1 Up C-x M-x S-F1 ...
#       With -l the arguments are text, with -H bytes in hexadecimal
#   screen_paste FILE       paste a file; its line feeds arrive as carriage returns, as Enter does
#   screen_has REGEX        whether a row matches (grep -E)
#   screen_await REGEX [SECONDS]  wait until a row matches (90 s); else print the screen and fail
#   screen_await_line REGEX  the same (90 s), also if the row has scrolled off the screen
#   screen_await_gone REGEX [SECONDS]  wait until no row matches
#   expect_screen FILE [FIRST,LAST]  wait until the rows, from 1 on (all), are those of FILE (10 s);
#       else print how they differ and fail
#   expect_colours CELLS...  wait until the screen has all these cells (20 s), each a line in the form
#       of screen_colours, see below; else print its lines and fail. The foreground of a blank is
#       not compared: it is not visible, so the firmware does not care
#   expect_cursor COLUMN,ROW,SHOWN  wait until the cursor is like this pattern (10 s); else fail
#   screen_save NAME        write OUT/NAME.txt (text), NAME.ansi (with escape sequences) and
#       NAME.colours, for the host
#
# screen_colours prints a line for each run of cells that look the same, by rows, from the left:
#
#   ROW COLUMN LOOK |TEXT|
#
# ROW and COLUMN are from 0 on. LOOK is 0 for the terminal's default, else the numbers of the
# sequence ESC [ ... m: attributes, foreground, background, such as 5;93;44. Blanks in the default
# look at the end of a row are left out.

screen_socket=$WORK/screen.socket
followers=()
# tmux does not start in a locale without UTF-8.
export LC_ALL=C.UTF-8

# No row of tmux' own. The window stays when its program has ended, so that its last words can be
# read.
cat > "$WORK/tmux.conf" << 'END'
set -g status off
set -g remain-on-exit on
set -g history-limit 2000
set -s escape-time 0
END

at_end() { :; }
end_all() { at_end; screen_close; stop_hook; stop_following; }
trap end_all EXIT

screen_tmux() { tmux -u -S "$screen_socket" -f "$WORK/tmux.conf" "$@"; }

#### The guest and its terminal ####

console_guest() {
  local name=$1
  shift
  mkdir -p "$OUT/$name"
  : > "$OUT/$name/serial"
  vm_config "$WORK/$name.cfg" name="$name" memory=40 vnc=0 sdl=0 usb=0 \
    serial="\"file:$OUT/$name/serial\"" on_poweroff='"destroy"' on_reboot='"destroy"' \
    on_crash='"destroy"' "$@"
  xl create -p "$WORK/$name.cfg" > "$OUT/$name/create.log" 2>&1 ||
    fail "$name could not be created: $(last_line "$OUT/$name/create.log")"
  find_guest "$name"
  [[ ${default_type:-hvm} != pvh ]] || follow_debug "$name"
}

# Xen's log has the lines of each guest's debug console, with the number of the domain before them.
follow_debug() {
  tail -n +1 -f /var/log/xen/hypervisor.log 2> /dev/null \
    > >(sed -unE "s/^\(d$(id_of "$1")\) ?//p" 2> /dev/null > "$OUT/$1/serial") &
  followers+=($!)
}

stop_following() {
  [[ ${#followers[@]} -eq 0 ]] || kill "${followers[@]}" 2> /dev/null || true
  followers=()
}

has_console() { xenstore-exists "/local/domain/$1/console/tty"; }

# For an HVM guest, "xl console" means the serial port unless told otherwise.
screen_open() {
  local id size=${2:-80x25}
  id=$(id_of "$1")
  await 20 "$1 has no console" has_console "$id"
  screen_tmux new-session -d -x "${size%x*}" -y "${size#*x}" "exec xl console -t pv $id"
  trap end_all EXIT # start_hook has set another one
  await 20 "xl console does not start" screen_is_raw
  xl unpause "$id" 2> /dev/null || true
}

# Whether the program in the window has switched its terminal to single characters. Before, keys
# would wait for the end of their line.
screen_is_raw() {
  [[ $(stty -F "$(screen_tmux display-message -p '#{pane_tty}')" -a) == *-icanon* ]]
}

# Until both have ended, another terminal finds the console locked, or a server that ends.
screen_close() {
  local client server tries
  read -r client server < <(screen_tmux display-message -p '#{pane_pid} #{pid}' 2> /dev/null) || return 0
  screen_tmux kill-server 2> /dev/null || true
  for tries in {1..50}; do
    kill -0 "$client" 2> /dev/null || kill -0 "$server" 2> /dev/null || return 0
    sleep 0.2
  done
  echo "the terminal does not end after $tries tries" >&2
}

screen_resize() { screen_tmux resize-window -x "${1%x*}" -y "${1#*x}"; }

#### What it shows ####

screen_text() { screen_tmux capture-pane -p; }
screen_history() { screen_tmux capture-pane -p -S - -E -1; }
screen_cursor() { screen_tmux display-message -p '#{cursor_x},#{cursor_y},#{cursor_flag}'; }

# tmux says what changes from one cell to the next, also from the end of a row to the next row.
screen_colours() {
  local row=0 line attributes='' foreground='' background='' look=0
  screen_tmux capture-pane -p -e -N | while IFS= read -r line; do
    row_colours "$row" "$line"
    row=$((row + 1))
  done
}

# row_colours ROW LINE: print the runs of a line that tmux has printed. Starts no process: they are
# slow in the lab.
row_colours() {
  local row=$1 rest=$2 column=0 start=0 run='' run_look=$look
  while [[ $rest =~ ^([^$'\e']*)$'\e['([0-9\;]*)m(.*)$ ]]; do
    run+=${BASH_REMATCH[1]}
    column=$((column + ${#BASH_REMATCH[1]}))
    rest=${BASH_REMATCH[3]}
    change_look "${BASH_REMATCH[2]}"
    [[ $look != "$run_look" ]] || continue
    [[ -z $run ]] || echo "$row $start $run_look |$run|"
    run='' start=$column run_look=$look
  done
  run+=$rest
  [[ $run_look != 0 ]] || run=${run%"${run##*[! ]}"}
  [[ -z $run ]] || echo "$row $start $run_look |$run|"
}

# change_look NUMBERS: apply what is between ESC [ and m.
change_look() {
  local number numbers
  IFS=';' read -r -a numbers <<< "${1:-0}"
  for number in "${numbers[@]}"; do
    case $number in
      0) attributes='' foreground='' background='' ;;
      [1-9]) attributes+=";$number" ;;
      39) foreground='' ;;
      49) background='' ;;
      3? | 9?) foreground=";$number" ;;
      4? | 10?) background=";$number" ;;
      *) fail "tmux prints an unknown number: ESC [ $1 m" ;;
    esac
  done
  look=$attributes$foreground$background
  look=${look#;}
  look=${look:-0}
}

# Not in a pipe: grep ends at the first match, which may be too early for tmux.
screen_has() { grep -Eq -- "$1" <<< "$(screen_text)"; }
screen_has_had() { grep -Eq -- "$1" <<< "$(screen_history; screen_text)"; }
screen_has_not() { ! screen_has "$1"; }

# The screen is part of the scenario's output only if something is wrong with it.
screen_fail() {
  exit_if_broken
  echo "the screen, with its cursor at $(screen_cursor):"
  screen_text | sed 's/^/| /'
  fail "$*"
}

screen_await_until() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < limit)) || screen_fail "$what"
    sleep 0.2
  done
}

screen_await() { screen_await_until "${2:-90}" "'$1' does not appear on the screen" screen_has "$1"; }
screen_await_line() { screen_await_until 90 "'$1' has not appeared on the screen" screen_has_had "$1"; }
screen_await_gone() { screen_await_until "${2:-90}" "'$1' stays on the screen" screen_has_not "$1"; }

expect_screen() {
  local limit=$((SECONDS + 10))
  until screen_text | sed -n "${2:-1,\$}p" > "$WORK/rows" && cmp -s "$1" "$WORK/rows"; do
    if ((SECONDS >= limit)); then
      diff -U 30 "$1" "$WORK/rows" || true
      screen_fail "the screen is not as expected"
    fi
    sleep 0.5
  done
}

# has_cells COLOURS CELLS: whether these lines of screen_colours have these cells.
has_cells() {
  local row column look text at start run_look run from to found=0
  read -r row column look text <<< "$2"
  text=${text#|} text=${text%|}
  while read -r at start run_look run; do
    [[ $at == "$row" ]] || continue
    run=${run#|} run=${run%|}
    from=$((column > start ? column - start : 0))
    to=$((column + ${#text} - start))
    ((to < ${#run})) || to=${#run}
    ((to > from)) || continue
    run=${run:from:to-from}
    [[ $run == "${text:start+from-column:to-from}" ]] || return 1
    looks_the_same "$look" "$run_look" "$run" || return 1
    found=$((found + to - from))
  done <<< "$1"
  ((found == ${#text}))
}

# looks_the_same LOOK LOOK TEXT: whether a text looks the same in both.
looks_the_same() {
  local background='(;|^)((4|10)[0-7])$' first='' second=''
  [[ $1 != "$2" ]] || return 0
  [[ -z ${3// /} ]] || return 1
  [[ ! $1 =~ $background ]] || first=${BASH_REMATCH[2]}
  [[ ! $2 =~ $background ]] || second=${BASH_REMATCH[2]}
  [[ $first == "$second" ]]
}

has_colours() {
  local colours cells
  colours=$(screen_colours)
  for cells in "$@"; do
    has_cells "$colours" "$cells" || return 1
  done
}

expect_colours() {
  local limit=$((SECONDS + 20)) colours cells
  until has_colours "$@"; do
    if ((SECONDS >= limit)); then
      colours=$(screen_colours)
      echo "$colours"
      for cells in "$@"; do
        has_cells "$colours" "$cells" || echo "not there: $cells"
      done
      screen_fail "the colours are not as expected"
    fi
    sleep 0.2
  done
}

# shellcheck disable=SC2053 # a pattern
cursor_is() { [[ $(screen_cursor) == $1 ]]; }
expect_cursor() { screen_await_until 10 "the cursor is not at $1" cursor_is "$1"; }

screen_save() {
  screen_text > "$OUT/$1.txt"
  screen_tmux capture-pane -p -e -N > "$OUT/$1.ansi"
  screen_colours > "$OUT/$1.colours"
}

#### Keys ####

screen_keys() { screen_tmux send-keys "$@"; }

screen_paste() {
  screen_tmux load-buffer "$1"
  screen_tmux paste-buffer
}
