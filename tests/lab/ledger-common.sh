# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which something happens to a guest that reads and writes without a pause: the guest program
# ledger, and the events. At the end check-ledger accounts for each sector. Sourced after save-common.sh; with
# default_type=pvh the guest is a PVH guest. One such guest runs at a time.
#
#   ledger_start NAME MODE            start the guest, with xvdf from blkback on null_blk, and xvdg from qdisk
#   ledger_goes_on NAME [SECONDS]     wait until it has made some calls
#   ledger_works NAME                 wait until its calls succeed
#   ledger_end NAME                   end the program, account for the disks, end the guest
#   event_EVENT NAME                  one event, after which the guest goes on by itself
# ledger_end writes OUT/NAME/ledger, and expect_... below look there.

# Each request of null_blk takes a while, so that one is in flight when something happens.
ledger_request_ns=30000000
ledger_phy_sectors=4096 ledger_qdisk_sectors=3072
# The program names a drive by its size in sectors. null_blk has 1 GiB.
declare -A ledger_drive=([phy]=200000 [qdisk]=c00)

ledger_disk=/dev/nullb0 ledger_qdisk_image=$WORK/qdisk.img
ledger_follower=''

modprobe null_blk nr_devices=1 gb=1 bs=512 memory_backed=1 irqmode=2 completion_nsec=$ledger_request_ns
trap 'ledger_clean' EXIT

ledger_clean() {
  throttle_blkback 0 2> /dev/null || true
  killall -CONT xenstored oxenstored qemu-system-i386 xen-qemu-system-i386 2> /dev/null || true
  stop_hook
  rmmod null_blk 2> /dev/null || true
}

# The program's lines of all domains are one file: QEMU appends to it, also after a save, a migration or a reset.
end_part() { :; }

#### The guest ####

# shellcheck disable=SC2034 # save-common.sh uses it
ledger_pvh() { default_type=pvh; }

ledger_phy_disk() { echo "format=raw,vdev=xvdf,access=rw,target=$ledger_disk"; }

# ledger_config NAME MODE [VM_CONFIG ARGUMENT]...: make the disks and the configuration. The mode also holds after a reset.
ledger_config() {
  local name=$1 mode=$2 program=$WORK/$1.img oem
  shift 2
  mkdir -p "$OUT/$name"
  : > "$OUT/$name/serial"
  cp "$(image ledger)" "$program"
  printf 'sectors=%u ' $ledger_phy_sectors | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  /payload/bin/check-ledger fill "$WORK/phy.img" $ledger_phy_sectors
  dd if="$WORK/phy.img" of=$ledger_disk bs=1M oflag=direct status=none
  /payload/bin/check-ledger fill "$ledger_qdisk_image" $ledger_qdisk_sectors
  if is_pvh; then
    set -- cmdline="\"xenpv.handover=$mode\"" "$@"
  else
    oem=xenpv.handover=$mode
    # shellcheck disable=SC2059 # the length in octal escapes, then an SMBIOS structure
    printf "\\x$(printf %02x $((7 + ${#oem})))\\0\\0\\0\\13\\5\\0\\0\\1$oem\\0\\0" > "$WORK/$name.smbios"
    set -- vnc=0 sdl=0 usb=0 smbios_firmware="\"$WORK/$name.smbios\"" serial='"chardev:ledger"' \
      device_model_args_hvm="[ \"-chardev\", \"file,id=ledger,path=$OUT/$name/serial,append=on\" ]" "$@"
  fi
  vm_config "$WORK/$name.cfg" name="$name" memory=40 on_reboot='"restart"' on_poweroff='"preserve"' \
    disk="format=raw,vdev=xvde,access=rw,target=$program" disk="$(ledger_phy_disk)" \
    disk="format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$ledger_qdisk_image" "$@"
}

ledger_start() {
  ledger_mode=$2
  ledger_config "$@"
  ledger_create "$1"
  # shellcheck disable=SC2034 # save-common.sh uses it
  first_domain=$(id_of "$1")
  if is_pvh; then
    follow_domains "$1"
    ledger_follower=$!
  fi
  xl unpause "$(id_of "$1")"
  await 120 "$1 does not start: $(last_line "$OUT/$1/serial")" has_lines "$1" M 2
}

# ledger_create NAME: create its domain, paused.
ledger_create() {
  xl create -p "$WORK/$1.cfg" > "$OUT/$1/create.log" 2>&1 ||
    fail "$1: not created: $(last_line "$OUT/$1/create.log")"
  find_guest "$1"
}

ledger_goes_on() {
  local before
  before=$(lines_of "$1" M)
  await "${2:-90}" "$1: does not go on: $(last_line "$OUT/$1/serial")" has_lines "$1" M $((before + 2))
}

ledger_stop_following() {
  [[ -z $ledger_follower ]] || kill "$ledger_follower" 2> /dev/null || true
  ledger_follower=''
}

# The program has made REPORT_EVERY calls, of which none has failed.
no_call_has_failed() { [[ $(serial "$1" | grep -a '^M' | tail -n 2 | cut -d ' ' -f 4 | sort -u | wc -l) == 1 ]]; }

# has_failed_reads NAME DRIVE: the program has reported a read of the drive that failed.
has_failed_reads() { [[ $(lines_of "$1" "N ${ledger_drive[$2]} ") -gt 0 ]]; }

ledger_works() {
  ledger_goes_on "$1"
  await 90 "$1: calls go on failing: $(last_line "$OUT/$1/serial")" no_call_has_failed "$1"
}

ledger_press() { if is_pvh; then press_on_console "$1"; else press "$1"; fi; }

# disks_are_closed NAME: no frontend is in another state than Initialising.
disks_are_closed() {
  local vbd
  for vbd in $(xenstore-list "/local/domain/$(id_of "$1")/device/vbd"); do
    key_is "$(id_of "$1")/device/vbd/$vbd/state" 1 || return 1
  done
}

ledger_end() {
  local name=$1
  ledger_press "$name"
  await 90 "$name: is not idle: $(last_line "$OUT/$name/serial")" has_lines "$name" IDLE 1
  # Its disks may have stayed open between its calls; ticks of the timer close them.
  if [[ $ledger_mode == strict ]]; then
    await 60 "$name: is idle, and disks are open" disks_are_closed "$name"
    expect_handed_over "$name"
  fi
  ledger_press "$name"
  await 90 "$name: does not end: $(last_line "$OUT/$name/serial")" is_done "$name"
  collect_debug "$name"
  end_guest "$name"
  ledger_stop_following
  await 60 "$name: something is left: $(left_overs)" nothing_left
  dd if=$ledger_disk of="$WORK/phy.img" bs=64K count=$((ledger_phy_sectors / 128)) iflag=direct status=none
  ledger_status=0
  /payload/bin/check-ledger check "$OUT/$name/serial" "${ledger_drive[phy]}=$WORK/phy.img" \
    "${ledger_drive[qdisk]}=$ledger_qdisk_image" \
    > "$OUT/$name/ledger" || ledger_status=$?
  cat "$OUT/$name/ledger"
  [[ $ledger_status == 0 ]] || fail "$name: the ledger does not agree: $(head -n 1 "$OUT/$name/ledger")"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' "$name: $(grep -am1 ^FAIL "$OUT/$name/serial" || true)"
}

# expect_boots NAME COUNT: the program was started that often.
expect_boots() { expect_line "$OUT/$1/ledger" "^ledger: $2 boots," "$1: $(tail -n 1 "$OUT/$1/ledger"); expected $2 boots"; }

# statuses_are NAME phy|qdisk REGEX: the failed calls of that drive have had these statuses, "80*1 aa*3".
statuses_are() {
  local line
  line=$(grep "^drive ${ledger_drive[$2]}:" "$OUT/$1/ledger")
  [[ $line =~ statuses:$3$ ]] || fail "$1: $2: unexpected statuses: $line"
}
expect_no_failures() { for drive in "${@:2}"; do statuses_are "$1" "$drive" ''; done; }

# expect_failures NAME phy|qdisk: calls have failed; the disk did not answer in time, or was not there.
expect_failures() { statuses_are "$1" "$2" '( (80|aa)\*[0-9]+)+'; }

#### What is left in dom0 ####

# left_overs: print what dom0 has for guests: domains in Xen and in xenstore, backends, loop devices, threads of blkback,
# QEMUs, event channels. A domain whose page is still granted to a backend remains in Xen.
left_overs() {
  local kind backends=0 threads=0 comm
  for kind in $(xenstore-list /local/domain/0/backend 2> /dev/null); do
    backends=$((backends + $(xenstore-list "/local/domain/0/backend/$kind" 2> /dev/null | wc -l)))
  done
  for comm in /proc/[0-9]*/comm; do
    ! grep -Eqs '^[0-9]+\.xvd[a-z]+-[0-9]' "$comm" || threads=$((threads + 1))
  done
  echo "domains=$(xl list | tail -n +2 | wc -l) homes=$(xenstore-list /local/domain | wc -l) backends=$backends" \
    "loops=$(losetup -a | wc -l) threads=$threads models=$(pidof xen-qemu-system-i386 | wc -w)" \
    "ports=$(lsevtchn 0 2> /dev/null | grep -c 'Interdomain' || true)"
}

nothing_left() { [[ $(left_overs) == "$ledger_clean_state" ]]; }
ledger_clean_state=$(left_overs)
note "without a guest: $ledger_clean_state"

# is_forgotten DOMID: nothing of that earlier domain is left.
is_forgotten() {
  local path
  for path in /local/domain/"$1" /libxl/"$1" /local/domain/0/backend/{vbd,qdisk,console}/"$1"; do
    ! xenstore-exists "$path" || return 1
  done
  ! xl list "$1" > /dev/null 2>&1
}

#### Events ####

ledger_turn=0

event_save() {
  ledger_turn=$((ledger_turn + 1))
  save_and_restore "$1" $ledger_turn
}

event_migrate() {
  ledger_turn=$((ledger_turn + 1))
  migrate "$1" $ledger_turn
}

event_checkpoint() {
  xl save -c "$(id_of "$1")" "$WORK/state" > "$OUT/$1/checkpoint" 2>&1 ||
    fail "$1: xl save -c failed: $(last_line "$OUT/$1/checkpoint")"
  rm "$WORK/state"
}

# pause_for NAME SECONDS
pause_for() {
  xl pause "$(id_of "$1")"
  sleep "$2"
  xl unpause "$(id_of "$1")"
}

event_pause() { pause_for "$1" 5; }

event_pauses() {
  for _ in {1..20}; do pause_for "$1" 0.1; done
}

# is_left DOMID: the domain has shut down, and no process xl waits for that.
is_left() { [[ $(xl list "$1" 2> /dev/null | awk 'END { print $5 }') == *s* ]] && ! pidof xl > /dev/null; }
is_restarted_or_left() { find_new_guest "$1" "$2" || is_left "$2"; }

# await_restart NAME: xl has started the guest again. After xl save -c it does not: xl no longer waits for a guest that
# it has seen suspended.
await_restart() {
  local old
  old=$(id_of "$1")
  await 120 "$1: is not restarted" is_restarted_or_left "$1" "$old"
  if [[ $(id_of "$1") == "$old" ]]; then
    event_destroy "$1"
  else
    await 60 "$1: something is left of domain $old" is_forgotten "$old"
  fi
}

# The BIOS restarts the guest, in the middle of a call: its keyboard interrupt comes while the call waits.
event_reset_key() {
  local old
  old=$(id_of "$1")
  monitor "$1" 'sendkey ctrl-alt-delete' > /dev/null
  await_restart "$1"
}

event_reboot() {
  xl reboot "$(id_of "$1")" > "$OUT/$1/reboot" 2>&1 || fail "$1: xl reboot failed: $(last_line "$OUT/$1/reboot")"
  await_restart "$1"
}

# The QEMU that serves the disk stands still for so many seconds. It is an HVM guest's device model, too.
stall_qemu() {
  local qemu
  qemu=$(model_pid "$1")
  kill -STOP "$qemu"
  sleep "$2"
  kill -CONT "$qemu"
}

stall_store() {
  kill -STOP "$(store_pid)"
  sleep "$2"
  kill -CONT "$(store_pid)"
}

# throttle_blkback BYTES: null_blk may move so many bytes a second; 0: any number. With 1 its requests wait.
throttle_blkback() {
  local group=/tmp/blkio number direction
  if [[ ! -e $group/blkio.throttle.read_bps_device ]]; then
    mkdir -p $group
    mount -t cgroup -o blkio blkio $group || fail "no throttle in this kernel"
  fi
  number=$(cat /sys/block/nullb0/dev)
  for direction in read write; do echo "$number $1" > $group/blkio.throttle.${direction}_bps_device; done
}

stall_blkback() {
  throttle_blkback 1
  sleep "$2"
  throttle_blkback 0
}

event_stall_qemu() { stall_qemu "$1" 3; }
event_stall_store() { stall_store "$1" 2; }
event_stall_blkback() { stall_blkback "$1" 5; }

# blkback is taken away by force, and comes back.
event_detach() {
  timeout 60 xl block-detach --force "$(id_of "$1")" xvdf > "$OUT/$1/detach" 2>&1 ||
    fail "$1: xvdf is not detached: $(last_line "$OUT/$1/detach")"
  ledger_goes_on "$1"
  timeout 60 xl block-attach "$(id_of "$1")" "$(ledger_phy_disk)" > "$OUT/$1/attach" 2>&1 ||
    fail "$1: xvdf is not attached again: $(last_line "$OUT/$1/attach")"
}

# kill_qemu NAME: without asking it.
kill_qemu() { kill -9 "$(model_pid "$1")"; }

# An HVM guest does not survive its device model: it is destroyed, and started again. A PVH guest goes on, and is restarted.
event_kill_qemu() {
  kill_qemu "$1"
  if is_pvh; then
    ledger_goes_on "$1" 120
    event_reboot "$1"
  else
    sleep 1
    event_destroy "$1"
  fi
}

# The domain is destroyed in mid-call, and the guest is started again.
event_destroy() {
  local old
  old=$(id_of "$1")
  end_guest "$1"
  await 60 "$1: something is left of domain $old" is_forgotten "$old"
  ledger_create "$1"
  xl unpause "$(id_of "$1")"
}

event_update_store() { update_store; }
event_kill_worker() { kill_worker; }
