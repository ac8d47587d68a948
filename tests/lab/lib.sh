# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Every lab scenario begins with:  . /payload/tests/lib.sh
#
# A scenario is tests/lab/NAME.sh: a bash script that runs in dom0 with /payload as its working
# directory. Its second or third line is "# about: one sentence". With a line "# needs: NAME..." the
# host makes these costly images as well (docs/dev/testing.md), with "# set: full" the scenario
# only runs with FULL=1, and with "# memory: MIB" its lab has that much memory, if it is more than
# usual; dom0 has as much as ever. A scenario changes only private copies of images (see image), so
# each one starts from the same files.
#
# Environment
#   BIOS        our ROM
#   PVH_BIOS    the same for PVH guests
#   STOCK_BIOS  the ROM that Debian ships
#   OUT         existing empty folder; its files end up on the host in build/lab-out/NAME/
#   WORK        existing empty folder for large files; removed after the scenario
#   GUEST_TYPE  hvm or pvh: the type of guests, unless the scenario says otherwise (tests/lab/pvh-common.sh)
#   GUEST_LOG   serial or debug: the file in OUT with what the programs in tests/guests print
#   LIVE        1: show the guests' serial and debug output as it comes
#   FULL        1: a scenario that otherwise tries only some of many combinations tries all
#   ROUNDS      how often a measurement is repeated
#   FIRST_STEP  the first step of a measurement of many steps
#   LAST_START  seconds after which such a measurement starts no new step
#   SOAK_MINUTES, SOAK_GUESTS, SOAK_SEED  length and seed of the scenarios soak and daemon-soak, or empty
#   OVMF        the build of OVMF that the user has given, or empty
# Files: /payload/guests/NAME.img (guest images) and NAME.kernel (of PVH guests), /payload/bin/* (static programs for dom0).
#
# Exit status of a scenario: 0 pass; 3 the emulator broke the guest (the scenario is repeated in
# a fresh WORK and OUT); anything else: fail.
#
# Functions
#   vm_config FILE [KEY=VALUE]...  write an xl configuration to FILE. Defaults: name="vm",
#       memory=64, vcpus=1, our ROM, no VGA (which would cost POST three seconds here). Special keys:
#       type=pvh (with the ROM for PVH guests, and no emulated device; a script may set
#       default_type), bios=PATH (another ROM), firmware=NAME (its kind for hvmloader: seabios, ovmf),
#       name=NAME, vga=KIND (xl's default is cirrus; a script may set default_vga), and disk=SPEC,
#       which may be repeated.
#       Any other key goes into the file unchanged (strings with their quotes).
#   vm_run [-l S] [-u REGEX] [-a N] [-p CMD] [-w CMD] [-o DIR] FILE  run that guest until it stops,
#       REGEX (grep -E) appears in its serial, console or debug output, or S seconds (120) have passed;
#       see "guest --help". DIR (default: OUT) gets serial, console, debug, result and reason. The
#       scenario goes on only if the guest stopped (without -u) or REGEX appeared; otherwise it ends
#       here and prints the reason. For other expectations call "guest run" and check its status.
#       When a broken guest is repeated, its disks are as the broken one left them. Where that
#       matters, give -a 1: then the whole scenario is repeated instead.
#   wish MODE                      print the command for vm_run -p that chooses the mode of the
#       hand-over: hook, strict, linger or off. Without it a guest here is strict
#   start_hook [OPTION]..., stop_hook  the daemon, xenpv-hookd, runs between these and logs to
#       OUT/hook.log, or $hook_log; it ends with the scenario at the latest
#   image NAME                     print the path of a private, writable copy of guests/NAME.img
#   fail MESSAGE...                print the reason, end the scenario with status 1
#   expect_line FILE REGEX [WHAT]  fail unless a line of FILE matches REGEX (grep -E)
#   expect_no_line FILE REGEX [WHAT]
#   expect_same WHAT EXPECTED GOT  fail unless the two strings are equal
#   note MESSAGE...                print a progress line

set -euo pipefail

# A PVH guest has no serial port: the programs in tests/guests print on its debug console.
GUEST_TYPE=${GUEST_TYPE:-hvm}
# shellcheck disable=SC2034 # the scenarios use it
if [[ $GUEST_TYPE == pvh ]]; then GUEST_LOG=debug; else GUEST_LOG=serial; fi

note() { echo "$*"; }

fail() {
  echo "reason: $*" >&2
  # In a command substitution, exit alone would not end the scenario.
  [[ $BASHPID == "$$" ]] || kill "$$"
  exit 1
}

vm_config() {
  local file=$1 name=vm type=${default_type:-$GUEST_TYPE} memory=64 vcpus=1 rom='' firmware=seabios \
    vga=${default_vga:-none} disks='' more='' pair
  shift
  for pair in "$@"; do
    case $pair in
      type=*) type=${pair#*=} ;;
      bios=*) rom=${pair#*=} ;;
      firmware=*) firmware=${pair#*=} ;;
      name=*) name=${pair#*=} ;;
      vga=*) vga=${pair#*=} ;;
      memory=*) memory=${pair#*=} ;;
      vcpus=*) vcpus=${pair#*=} ;;
      disk=*) disks+=" \"${pair#*=}\"," ;;
      *=*) more+=${pair%%=*}" = ${pair#*=}"$'\n' ;;
      *) fail "vm_config: '$pair' is not KEY=VALUE" ;;
    esac
  done
  cat > "$file" << END
name = "$name"
type = "$type"
memory = $memory
vcpus = $vcpus
disk = [$disks ]
$more
END
  if [[ $type == pvh ]]; then
    echo "kernel = \"${rom:-$PVH_BIOS}\""
  else
    printf '%s = "%s"\n' bios "$firmware" bios_path_override "${rom:-$BIOS}" vga "$vga"
  fi >> "$file"
}

vm_run() {
  local status=0 arguments=() dir=$OUT option OPTIND=1
  while getopts l:u:a:p:w:o: option; do
    case $option in
      o) dir=$OPTARG ;;
      l | u | a | p | w) arguments+=("-$option" "$OPTARG") ;;
      *) fail "vm_run: bad option" ;;
    esac
  done
  shift $((OPTIND - 1))
  [[ ${LIVE:-} != 1 ]] || arguments+=(-v)
  guest run "${arguments[@]}" -o "$dir" "$1" || status=$?
  case $status in
    0) return 0 ;;
    1) fail "the guest did not end in time (serial: $(last_line "$dir/serial"); debug: $(last_line "$dir/debug"))" ;;
    2) fail "the guest could not be created: $(grep -m 1 -i error "$dir/create.log" || last_line "$dir/create.log")" ;;
    3) exit 3 ;;
    4) fail "the guest stopped too early (serial: $(last_line "$dir/serial"); debug: $(last_line "$dir/debug"))" ;;
    *) fail "guest run: status $status" ;;
  esac
}

wish() {
  # shellcheck disable=SC2016 # DOMID is set where it runs
  printf 'xenstore-write "/local/domain/$DOMID/platform/xenpv-handover" %s' "$1"
}

# In this dom0 xl is in the folder of one version of Xen.
start_hook() {
  /payload/bin/xenpv-hookd --foreground --verbose --xl "$(command -v xl)" "$@" \
    >> "${hook_log:-$OUT/hook.log}" 2>&1 &
  hook_pid=$!
  trap stop_hook EXIT
  sleep 1
  kill -0 "$hook_pid" 2> /dev/null || fail "xenpv-hookd does not start: $(last_line "$OUT/hook.log")"
}

stop_hook() {
  local killer
  [[ -n ${hook_pid:-} ]] || return 0
  kill "$hook_pid" 2> /dev/null || true
  # One that hangs must not hang the scenario, which has failed then.
  # Nor may the sleep, which outlives it: the scenario's output ends when all have closed it.
  (sleep 100 && kill -9 "$hook_pid") > /dev/null 2>&1 &
  killer=$!
  wait "$hook_pid" 2> /dev/null || true
  kill "$killer" 2> /dev/null || true
  hook_pid=''
}

image() {
  local copy=$WORK/$1.img
  [[ -f /payload/guests/$1.img ]] || fail "there is no image guests/$1.img"
  cp "/payload/guests/$1.img" "$copy"
  echo "$copy"
}

expect_line() {
  grep -aEq -- "$2" "$1" || fail "${3:-expected in $(basename "$1"): $2}"
}

expect_no_line() {
  local line
  line=$(grep -aEm1 -- "$2" "$1") || return 0
  fail "${3:-not expected in $(basename "$1")}: $line"
}

expect_same() {
  [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"
}

# last_line FILE: its last line that is not empty, without escape sequences, for a message.
last_line() {
  tr -d '\r' 2> /dev/null < "$1" | sed -E $'s/\e\\[[0-9;?=]*[A-Za-z]//g' | grep -a . | tail -n 1 || echo nothing
}
