# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what text on the PV console costs, beside SeaBIOS' own console on the emulated serial port
# needs: rom-sercon
. /payload/tests/lib.sh

figures=$OUT/figures

# measure NAME COMMAND [PARAMETERS] [VM_CONFIG ARGUMENT]...: run the program "console_cost" in a guest, and add lines
# "NAME STEP TENTHS_OF_A_MICROSECOND" to the figures. COMMAND is for "guest run -p".
measure() {
  local name=$1 command=$2 parameters=$3 disk
  shift 3
  disk=$(image console_cost)
  printf '%-60s' "$parameters" | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=${vdev:-xvde},access=rw,target=$disk" "$@"
  vm_run -l 240 -u '^DONE ' -o "$OUT/$name" -p "$command" "$WORK/vm.cfg"
  tr -d '\r' < "$OUT/$name/serial" |
    sed -nE "s/^.*C ([a-z_]+) least=[0-9]+ median=([0-9]+) count=[0-9]+$/$name \1 \2/p" >> "$figures"
  [[ $(grep -c "^$name " "$figures") -ge 8 ]] || fail "$name: no figures"
}

console() {
  # shellcheck disable=SC2016 # DOMID is set where it runs
  printf 'xenstore-write "/local/domain/$DOMID/platform/xenpv-console" %s' "$1"
}

measure off "$(console off)" memory=0
measure only "$(console only)" memory=1
measure mirror "$(console mirror)" memory=1 vga=stdvga
measure vga "$(console off)" memory=1 vga=stdvga
vdev=xvda measure sercon true memory=0 bios=/payload/guests/rom-sercon.img

median() { awk -v name="$1" -v step="$2" '$1 == name && $2 == step { print $3 }' "$figures"; }

{
  # shellcheck disable=SC2016 # the backquotes are those of the table
  echo '| microseconds (medians) | no screen | `only` | `mirror` | VGA alone | sercon |'
  echo '|---|---:|---:|---:|---:|---:|'
  while read -r step what; do
    printf '| %s |' "$what"
    for name in off only mirror vga sercon; do
      value=$(median $name "$step")
      if [[ -n $value ]]; then awk -v tenths="$value" 'BEGIN { printf " %.1f |", tenths / 10 }'; else printf ' |'; fi
    done
    echo
  done << 'STEPS'
call a call of int10 without effect
check a call of int13 without a transfer
tick a tick without a change
character a character by AH=09h
character_and_tick a character by AH=0Eh, shown by a tick
line a line of 81 characters by AH=0Eh
string the same by AH=13h
screen a screen of 2000 characters by AH=0Eh
screen_in_memory the same in memory, and two ticks
STEPS
  echo
  for name in only mirror vga sercon; do
    awk -v tenths="$(median $name screen)" -v name=$name \
      'BEGIN { printf "%s: %.0f characters a second\n", name, 2000 / (tenths / 1e7) }'
  done
} | tee "$OUT/report"
