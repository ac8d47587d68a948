#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: guests start and hand over while daemons, QEMUs and domains are killed, and nothing is left behind
# also: oxenstored
#
# SOAK_GUESTS is the number of guests (12). Each of them gets an event at a random moment of its life. SOAK_SEED
# begins like an earlier run. Not the same are the moments at which the lab gets to an event, and what is drawn after
# one that comes in another order.
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh

AT_ONCE=8      # guests at the same time
FIRST_GUESTS=2 # after these the daemon has allocated what it keeps
EVENT_MAX_S=10 # the event comes within this time after the start
LIFE_MAX_S=240 # of a guest
KILLS_MAX=4    # of the worker in KILLS_S: at more its parent would give up
KILLS_S=70
MEMORY_MAX_KIB=512 # of the worker's own; a new one has some 240

guests=${SOAK_GUESTS:-12}
RANDOM=${SOAK_SEED:=$RANDOM}
note "$guests guests; seed $SOAK_SEED (make daemon-soak GUESTS=$guests SEED=$SOAK_SEED)"

kinds=(worker daemon term qemu destroy pause)
first_accesses=(read write byte string-read string-write acpi)
all_servers='' deck=() running=() ended=() worker_kills=()
declare -A event=() event_at=() unpause_at=() started_at=() killed=()

# deal_event NAME: each kind comes once in as many guests as there are kinds. (RANDOM in a subshell would not follow
# the seed.)
deal_event() {
  local which
  ((${#deck[@]} > 0)) || deck=("${kinds[@]}")
  which=$((RANDOM % ${#deck[@]}))
  event[$1]=${deck[which]}
  event_at[$1]=$((SECONDS + RANDOM % EVENT_MAX_S))
  unset 'deck[which]'
  deck=("${deck[@]}")
}

start_guest() {
  local name=$1 first load=''
  first=${first_accesses[RANDOM % ${#first_accesses[@]}]}
  ((RANDOM % 2)) || load=' load'
  hook_guest "$name" "first=$first$load keys=none"
  [[ -n $all_servers ]] || look_at_first_guest "$name"
  xl unpause "$(id_of "$name")"
  started_at[$name]=$SECONDS
  deal_event "$name"
  running+=("$name")
  note "$SECONDS s: $name starts (first=$first$load), then ${event[$name]}"
}

# Before the first guest runs: it only has QEMU's server, and a key that the daemon watches wakes the worker.
look_at_first_guest() {
  local waits key
  key=/local/domain/$(id_of "$1")/device/vbd/51776/touched
  all_servers=$(free_servers "$1")
  await 10 "$1 is not announced" is_announced "$1"
  sleep 1
  waits=$(count_waits)
  xenstore-write "$key" ''
  sleep 1
  (($(count_waits) > waits)) || fail "the worker does not see a key that it watches"
  xenstore-rm "$key"
}

#### Events ####

restart_hook() {
  sleep $((RANDOM % 3))
  start_hook
}

event_worker() {
  local now=$SECONDS time recent=()
  for time in "${worker_kills[@]}"; do ((now - time > KILLS_S)) || recent+=("$time"); done
  worker_kills=("${recent[@]}")
  if ((${#recent[@]} >= KILLS_MAX)); then
    event_daemon
    return
  fi
  worker_kills+=("$now")
  kill_worker
}

event_daemon() {
  kill_hook
  worker_kills=()
  restart_hook
}

event_term() {
  end_hook
  worker_kills=()
  restart_hook
}

event_qemu() {
  kill -9 "$(model_pid "$1")"
  sleep 1
  killed[$1]=yes
}

event_destroy() { killed[$1]=yes; }

event_pause() {
  xl pause "$(id_of "$1")"
  unpause_at[$1]=$((SECONDS + 2 + RANDOM % 4))
}

#### The life of a guest ####

free_servers() { /payload/bin/ioreq-free "$(id_of "$1")"; }

# The guest has QEMU's ioreq server, and one of the daemon's only while there is a record of it: if no daemon was there
# at its first access, its disks are still open, and the next daemon claims its ports.
servers_are_right() {
  local claims=1
  ! is_released "$1" || claims=0
  [[ $(free_servers "$1") == $((all_servers - claims)) ]]
}

# remove_guest NAME: destroy it, and forget it.
remove_guest() {
  local name other=()
  end_guest "$1"
  rm -f "$WORK/$1".* "$WORK/$1"-*
  ended+=("$(id_of "$1")")
  for name in "${running[@]}"; do [[ $name == "$1" ]] || other+=("$name"); done
  running=("${other[@]}")
}

finish_guest() {
  expect_line "$OUT/$1/serial" '^STAYS passed=[1-9][0-9]* failed=0' \
    "$1: $(grep -am1 ^FAIL "$OUT/$1/serial" || true)"
  await 10 "$1 has an ioreq server that is in no record, or a record without one" servers_are_right "$1"
  remove_guest "$1"
}

# Take one step of a guest's life.
step_guest() {
  local name=$1 kind=${event[$1]}
  if [[ -n $kind ]] && ((SECONDS >= event_at[$name])); then
    note "$SECONDS s: $name: $kind"
    event[$name]=''
    "event_$kind" "$name"
  fi
  if [[ -n ${unpause_at[$name]:-} ]] && ((SECONDS >= unpause_at[$name])); then
    xl unpause "$(id_of "$name")"
    unpause_at[$name]=''
  fi
  if [[ -n ${killed[$name]:-} ]]; then
    remove_guest "$name"
  elif [[ -z ${event[$name]}${unpause_at[$name]:-} ]] && has_printed "$name" STAYS; then
    finish_guest "$name"
  elif ((SECONDS - started_at[$name] > LIFE_MAX_S)); then
    await 0 "$name did not end (serial: $(last_line "$OUT/$name/serial"))" false
  fi
}

# run_guests FROM TO: run the guests with these numbers, and wait for their ends.
run_guests() {
  local number=$1 name
  while ((number <= $2 || ${#running[@]} > 0)); do
    if ((number <= $2 && ${#running[@]} < AT_ONCE)); then
      start_guest "g$number"
      number=$((number + 1))
    fi
    for name in "${running[@]}"; do step_guest "$name"; done
    sleep 0.3
  done
}

#### What the daemon has ####

no_domain() {
  xl list > "$OUT/domains"
  ! grep -Eq '^[^ ]+ +[1-9][0-9]* ' "$OUT/domains"
}

count_files() {
  local found
  found=("/proc/$(worker)/fd"/*)
  echo "${#found[@]}"
}

# Without the pages of files: how many of these are mapped depends on dom0's kernel.
memory_kib() { sed -n 's/^RssAnon:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(worker)/status"; }

# How often the threads of the worker have waited for something.
count_waits() { sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$(worker)"/task/*/status | awk '{ n += $1 } END { print n }'; }

# touch_keys DOMID...: write and remove keys that the daemon watches while it attends to the domains with these numbers.
touch_keys() {
  local id home model
  for id in "$@"; do
    home=/local/domain/$id model=/local/domain/0/device-model/$id
    xenstore-write "$home/device/vbd/51776/state" '' "$home/device/vbd/51792/state" '' "$home/hvmloader/bios" '' \
      "$model/state" ''
    xenstore-rm "$home" "$model"
  done
}

# Print the children of the worker, and those of its parent besides it, with their states: Z is a zombie.
children() {
  local stat process state parent its_worker
  its_worker=$(worker)
  for stat in /proc/[0-9]*/stat; do
    read -r process _ state parent _ 2> /dev/null < "$stat" || continue
    if [[ $parent == "$its_worker" || ($parent == "${hook_pid:-none}" && $process != "$its_worker") ]]; then
      echo "$process $state"
    fi
  done
}

#### The soak ####

start_hook
run_guests 1 "$FIRST_GUESTS"
await 60 "something keeps a domain from disappearing" no_domain
sleep 1
files=$(count_files)

run_guests $((FIRST_GUESTS + 1)) "$guests"
await 60 "something keeps a domain from disappearing" no_domain
sleep 1
note "the worker: $files files, then $(count_files); $(memory_kib) KiB of its own"
expect_same "files of the worker" "$files" "$(count_files)"
(($(memory_kib) <= MEMORY_MAX_KIB)) || fail "the worker has $(memory_kib) KiB"
expect_same "processes below the daemon" "" "$(children | xargs)"
expect_same "records" "" "$(xenstore-list /local/domain/0/xenpv-hookd 2> /dev/null | xargs)"

# A watch that is left would wake the worker.
sleep 1
waits=$(count_waits)
touch_keys "${ended[@]}"
sleep 1
expect_same "waits of the worker after changes of keys of ended domains" "$waits" "$(count_waits)"

stop_hook
expect_no_trace
expect_no_line "$OUT/hook.log" 'out of memory|lost xenstore'
