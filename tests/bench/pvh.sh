# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: how soon the boot sector of a PVH guest runs, beside HVM guests with this BIOS and with stock SeaBIOS; the memory of dom0 and of the guest
# needs: rom-pvh-small
#
# All guests have the same image, memory and processor, and take turns, ROUNDS times. The time begins before the command
# "xl create", and ends when dom0 has the line that the program "sector" prints with its first instructions.
. /payload/tests/lib.sh
. /payload/tests/exits-common.sh

hypervisor=/var/log/xen/hypervisor.log
report=$OUT/report
figures=$OUT/figures # lines "KIND WHAT VALUE"
memory_mib=256
start_limit_s=120
remove_limit_s=60
trace_s=25
aim=0.5 # of the time of an HVM guest with stock SeaBIOS

declare -A names=(
  [pvh]='PVH, blkback'
  [pvh-bare]='PVH without a disk'
  [pvh-qdisk]='PVH, qdisk'
  [pvh-small]='PVH, blkback, small ROM'
  [hvm]='HVM, this BIOS, PV disk'
  [hvm-vga]='HVM, this BIOS, PV disk, VGA'
  [stock]='HVM, stock SeaBIOS, IDE'
  [stock-vga]='HVM, stock SeaBIOS, IDE, VGA'
)

# guest_config KIND FILE IMAGE [VM_CONFIG ARGUMENT]...: write the configuration of such a guest to FILE.
guest_config() {
  local kind=$1 file=$2 image=$3 vdev=xvda backend=phy arguments
  shift 3
  arguments=(memory="$memory_mib" "$@")
  case $kind in
    pvh*) arguments+=(type=pvh) ;;
    hvm*) vdev=xvde ;;
    stock*) arguments+=(bios="$STOCK_BIOS") ;;
  esac
  case $kind in
    pvh-small) arguments+=(bios=/payload/guests/rom-pvh-small.img) ;;
    *-qdisk) backend=qdisk ;;
    *-vga) arguments+=(vga=cirrus) ;; # as xl gives it
  esac
  [[ $kind == pvh-bare ]] || arguments+=(disk="format=raw,vdev=$vdev,access=rw,backendtype=$backend,target=$image")
  vm_config "$file" "${arguments[@]}"
}

# own_config KIND IMAGE: the same, for a guest that this script starts by xl itself.
own_config() {
  guest_config "$1" "$WORK/vm.cfg" "$2" 'serial="pty"' vnc=0 usb=0 'on_poweroff="destroy"' 'on_crash="destroy"'
}

now() { echo "${EPOCHREALTIME/./}"; }

figure() { echo "$*" >> "$figures"; }

# row CELL...: add a row to a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# say TEXT...: add a line to the report.
say() { echo "$*" | tee -a "$report"; }

# of KIND WHAT: print the median of these figures, the smallest, the largest, and their number; all 0 without any.
of() {
  awk -v kind="$1" -v what="$2" '$1 == kind && $2 == what { print $3 }' "$figures" | sort -n |
    awk '{ value[NR] = $1 }
      END { print NR ? (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 : 0, value[1] + 0, value[NR] + 0, NR }'
}

# seconds MICROSECONDS: print it in seconds.
seconds() { awk -v value="$1" 'BEGIN { printf "%.2f", value / 1e6 }'; }

# median_s KIND WHAT: print the median of these times in seconds, or nothing.
median_s() {
  local median count
  read -r median _ _ count < <(of "$1" "$2")
  ((count == 0)) || seconds "$median"
}

# ratio KIND OTHER: print the first's total time divided by the other's.
ratio() {
  awk -v ours="$(of "$1" total)" -v theirs="$(of "$2" total)" 'BEGIN { printf "%.2f", ours / theirs }'
}

#### One guest ####

# left ID: print what there still is of a domain in dom0.
left() {
  local path
  for path in "/local/domain/$1" /local/domain/0/backend/{vbd,qdisk}/"$1"; do
    ! xenstore-exists "$path" || echo "$path"
  done
  new_processes
}

# remove ID: end the domain, and return when nothing of it is left.
remove() {
  local id=$1 end=$((SECONDS + remove_limit_s))
  xl destroy "$id" 2> /dev/null || true
  while [[ -n $(left "$id") ]]; do
    ((SECONDS < end)) || fail "domain $id cannot be removed: $(left "$id" | xargs)"
    sleep 0.5
  done
}

# The programs that run now; new_processes leaves them out.
remember_processes() {
  local folder
  known=' '
  for folder in /proc/[0-9]*; do known+="${folder#/proc/} "; done
}

# new_processes: print "PID PROGRAM" for each program that has started since, except those of this script.
new_processes() {
  local folder id program parent
  for folder in /proc/[0-9]*; do
    id=${folder#/proc/}
    [[ $known != *" $id "* && $id != "$BASHPID" ]] || continue
    parent=$(sed -n 's/^PPid:\t//p' "$folder/status" 2> /dev/null) || continue
    [[ $parent != "$$" && $parent != "$BASHPID" ]] || continue
    # Threads of the kernel have no command line.
    read -rd '' program < "$folder/cmdline" 2> /dev/null || continue
    echo "$id ${program##*/}"
  done
}

# start KIND DIR: create the guest, and wait until its boot sector runs. Sets id, and begin, the time before the command.
# False if it does not start.
start() {
  local kind=$1 dir=$2 from watcher status=0
  mkdir -p "$dir"
  own_config "$kind" "$(image sector)"
  from=$(($(stat -c %s "$hypervisor") + 1))
  /payload/bin/moments -l $start_limit_s "$hypervisor" -- 'HVM Loader' 'SeaBIOS (version' 'sector: runs' > "$dir/moments" &
  watcher=$!
  sleep 1 # it has to be ready
  begin=$(now)
  xl create "$WORK/vm.cfg" > "$dir/create.log" 2>&1 || fail "$kind: $(last_line "$dir/create.log")"
  wait $watcher || status=$?
  id=$(xl domid vm) || id=none
  tail -c "+$from" "$hypervisor" > "$dir/log"
  ((status == 0)) || note "$kind: its boot sector does not run: $(last_line "$dir/log")"
  return $status
}

# moment DIR TEXT: print when it appeared.
moment() { sed -nE "s/^([0-9]+) [-0-9]+ [-0-9]+ $2.*/\1/p" "$1/moments"; }

#### Measurements ####

# measure_start KIND ROUND: the times of one start.
measure_start() {
  local kind=$1 dir=$OUT/$1-$2 loader banner end id begin
  if start "$kind" "$dir"; then
    banner=$(moment "$dir" 'SeaBIOS \(version') end=$(moment "$dir" 'sector: runs') loader=$(moment "$dir" 'HVM Loader')
    note "$kind: $(seconds $((end - begin))) s"
    figure "$kind" total $((end - begin))
    figure "$kind" create $((${loader:-$banner} - begin))
    [[ -z $loader ]] || figure "$kind" hvmloader $((banner - loader))
    figure "$kind" firmware $((end - banner))
    sed -nE "s/.* PV disks ready in ([0-9]+) ms.*/$kind ready \1000/p" "$dir/log" >> "$figures"
  fi
  remove "$id"
}

# measure_create KIND: the time that xl takes until the domain is built and has its devices.
measure_create() {
  local begin
  own_config "$1" "$(image sector)"
  begin=$(now)
  xl create -p "$WORK/vm.cfg" > "$OUT/create.log" 2>&1 || fail "$1: $(last_line "$OUT/create.log")"
  figure "$1" built $(($(now) - begin))
  remove "$(xl domid vm)"
}

# measure_exits KIND: how often the guest's processor goes to Xen until its boot sector has run.
measure_exits() {
  local kind=$1 disk from
  disk=$(image sector)
  printf s | dd of="$disk" bs=1 seek=509 conv=notrunc status=none
  own_config "$kind" "$disk"
  from=$(($(stat -c %s "$hypervisor") + 1))
  (
    sleep 2
    xl create "$WORK/vm.cfg" > "$OUT/create.log" 2>&1
  ) &
  count_exits $trace_s
  wait
  expect_line <(tail -c "+$from" "$hypervisor") 'sector: runs' "$kind: the boot sector does not run in $trace_s s"
  row "${names[$kind]}" "$(wc -l < "$OUT/exits")" "$(exits_of port)" "$(exits_of hypercall)" "$(exits_of cr0)"
  mv "$OUT/exits" "$OUT/exits-$kind"
  remove "$(xl domid vm 2> /dev/null || echo none)"
}

kib_of() { sed -nE "s/^$2: +([0-9]+) kB/\1/p" "$1"; }

# measure_memory KIND PROGRAM...: the memory of dom0's programs for this guest, which must be these.
measure_memory() {
  local kind=$1 dir=$OUT/$1-memory id begin free_mib left_kib processes pid program found=() smaps
  shift
  free_mib=$(xl info free_memory)
  left_kib=$(kib_of /proc/meminfo MemAvailable)
  start "$kind" "$dir" || fail "$kind: no guest"
  sleep 3
  left_kib=$((left_kib - $(kib_of /proc/meminfo MemAvailable)))
  free_mib=$((free_mib - $(xl info free_memory)))
  processes=$(new_processes)
  while read -r pid program; do
    found+=("$program")
    smaps=$dir/$program
    cp "/proc/$pid/smaps_rollup" "$smaps"
    row "${names[$kind]}" "$program" "$(kib_of "$smaps" Rss)" "$(kib_of "$smaps" Pss)" "$(kib_of "$smaps" Anonymous)" '' ''
  done < <(sort -k 2 <<< "$processes")
  row "${names[$kind]}" all '' '' '' "$left_kib" "$free_mib"
  expect_same "$kind: programs in dom0" "$*" "${found[*]}"
  remove "$id"
}

# measure_ram KIND: the memory that the BIOS reports as RAM.
measure_ram() {
  local kind=$1 dir=$OUT/$1-ram from end bytes=0
  guest_config "$kind" "$WORK/vm.cfg" "$(image memory)"
  vm_run -o "$dir" -u '^int12 ' "$WORK/vm.cfg"
  while read -r from end; do
    bytes=$((bytes + 16#$end - 16#$from))
  done < <(sed -nE 's/^e820 ([0-9a-f]+) ([0-9a-f]+) 1\r?$/\1 \2/p' "$dir/serial" "$dir/debug")
  ((bytes > 0)) || fail "$kind: no RAM"
  row "${names[$kind]}" $((bytes / 1024)) $((memory_mib * 1024 - bytes / 1024))
}

#### All ####

kinds=(pvh hvm stock pvh-small pvh-qdisk hvm-vga stock-vga)
touch "$figures"
remember_processes
for ((round = 1; round <= ROUNDS; round++)); do
  note "round $round"
  # The order changes, because a guest's time depends on what ran before it: an emulator has that translated.
  for ((turn = 0; turn < ${#kinds[@]}; turn++)); do
    measure_start "${kinds[(turn + 2 * round) % ${#kinds[@]}]}" $round
  done
  for kind in pvh-bare pvh pvh-qdisk hvm; do measure_create $kind; done
done

say '## From xl create to the boot sector, seconds'
say
row guest median smallest largest starts
row --- ---: ---: ---: ---:
for kind in pvh pvh-qdisk pvh-small hvm hvm-vga stock stock-vga; do
  read -r median least most count < <(of $kind total)
  ((count > 0)) || fail "$kind: no start"
  row "${names[$kind]}" "$(seconds "$median")" "$(seconds "$least")" "$(seconds "$most")" "$count"
done
say
say "PVH on blkback takes $(ratio pvh stock) of the time of HVM with stock SeaBIOS ($(ratio pvh stock-vga) with a VGA)," \
  "and $(ratio pvh hvm) of that of HVM with this BIOS. The aim, at most $aim of stock SeaBIOS:" \
  "$(awk -v ratio="$(ratio pvh stock)" -v aim=$aim 'BEGIN { print ratio <= aim ? "met" : "missed" }')."
say
say '## Where it goes, medians in seconds'
say
row guest 'until its first line' hvmloader firmware 'of that, the disks' 'xl create -p'
row --- ---: ---: ---: ---: ---:
for kind in pvh-bare pvh pvh-qdisk pvh-small hvm hvm-vga stock stock-vga; do
  cells=()
  for what in create hvmloader firmware ready built; do cells+=("$(median_s $kind $what)"); done
  row "${names[$kind]}" "${cells[@]}"
done
say
say '## Exits to Xen, from the start to the boot sector'
say
row guest all ports hypercalls CR0
row --- ---: ---: ---: ---:
measure_exits pvh
measure_exits pvh-small
say
say "Bytes of the kernel file: $(stat -c %s "$PVH_BIOS"), small ROM $(stat -c %s /payload/guests/rom-pvh-small.img)."
say
say '## Memory of dom0 for one guest, KiB'
say
row guest program RSS PSS anonymous 'less available' 'less free in Xen, MiB'
row --- --- ---: ---: ---: ---: ---:
measure_memory pvh xl
measure_memory pvh-qdisk xen-qemu-system-i386 xl
measure_memory hvm xen-qemu-system-i386 xl
measure_memory hvm-vga xen-qemu-system-i386 xl
say
say "## RAM of $memory_mib MiB that the BIOS reports, KiB"
say
row guest RAM others
row --- ---: ---:
for kind in pvh pvh-small hvm stock; do measure_ram $kind; done
