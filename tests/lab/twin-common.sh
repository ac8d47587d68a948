# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios about disks that are both emulated and PV. Sourced after lib.sh.

sector_bytes=512
disk_mib=4
memory_disks=4

# program_image NAME PARAMETERS FILE: write the guest program NAME to a disk, with random data
# behind it.
program_image() {
  dd if=/dev/urandom of="$3" bs=1M count=$disk_mib status=none
  dd if="/payload/guests/$1.img" of="$3" bs=64K count=1 conv=notrunc status=none
  printf '%s' "$2" | dd of="$3" bs=$sector_bytes seek=1 conv=notrunc status=none
}

data_image() { dd if=/dev/urandom of="$1" bs=1M count=$disk_mib status=none; }

# expect_served NAME VDEV...: PV has served the emulated drives of these disks.
expect_served() {
  local name=$1 vdev
  shift
  for vdev in "$@"; do
    expect_line "$OUT/$name/debug" "$vdev: serves the emulated drive" "$name: $vdev is not served over PV"
  done
}

# Memory disks in dom0, from /dev/ram0 on: block devices with a page cache, which blkback bypasses.
start_memory_disks() {
  modprobe brd rd_nr=$memory_disks rd_size=$((disk_mib * 1024))
  trap stop_memory_disks EXIT
}

stop_memory_disks() {
  local device
  for device in $(losetup -n -O NAME -a | xargs); do losetup -d "$device" || true; done
  rmmod brd 2> /dev/null || true
}

# make_media KIND A B: copy the images A and B to the media of a guest, and set the variables first
# and second to these. Kinds: file; memory (block devices); direct (loop devices, direct I/O).
make_media() {
  case $1 in
    file)
      first=$WORK/first.img second=$WORK/second.img
      rm -f "$first" "$second"
      ;;
    memory)
      first=/dev/ram0 second=/dev/ram1
      ;;
    direct)
      # The toolstack's block script detaches them.
      first=$(losetup --direct-io=on -f --show /dev/ram2)
      second=$(losetup --direct-io=on -f --show /dev/ram3)
      expect_same "direct I/O" "1 1" "$({ losetup -n -O DIO "$first"; losetup -n -O DIO "$second"; } | xargs)"
      ;;
  esac
  dd if="$2" of="$first" bs=1M conv=notrunc,fsync status=none
  dd if="$3" of="$second" bs=1M conv=notrunc,fsync status=none
}

# read_medium KIND DISK FILE: copy what the disk itself holds after the guest, not a cached copy of
# it.
read_medium() {
  local from=$2 direct=direct
  case $1:$2 in
    file:*) direct='' ;;
    direct:"$first") from=/dev/ram2 ;;
    direct:"$second") from=/dev/ram3 ;;
  esac
  dd if="$from" of="$3" bs=1M ${direct:+iflag=$direct} status=none
  cmp "$from" "$3" || fail "the page cache of $from differs from the device"
}

# twin_guest NAME KIND STEPS [-p COMMAND] [VM_CONFIG ARGUMENT]...: run the guest program twin with
# these steps from hda, with hdb as a second disk, both on media of this kind. Check each of its
# transfers and the whole content of the disks at the end.
twin_guest() {
  local name=$1 kind=$2 steps=$3 command=true started=$SECONDS
  shift 3
  if [[ ${1:-} == -p ]]; then
    command=$2
    shift 2
  fi
  program_image twin "steps=$steps ${twin_parameters:-}" "$WORK/a.before"
  data_image "$WORK/b.before"
  [[ -z ${sectors:-} ]] || truncate -s $((sectors * sector_bytes)) "$WORK/a.before" "$WORK/b.before"
  make_media "$kind" "$WORK/a.before" "$WORK/b.before"
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=${first_vdev:-hda},access=rw${backend:+,backendtype=$backend},target=$first" \
    disk="format=raw,vdev=${second_vdev:-hdb},access=rw${backend:+,backendtype=$backend},target=$second" "$@"
  # Only one attempt: a broken guest has already changed the disks.
  vm_run -a 1 -l 300 -o "$OUT/$name" -u '^DONE ' -p "$command"$'\n'"$(wish "${mode:-strict}")" "$WORK/vm.cfg"
  sync
  read_medium "$kind" "$first" "$WORK/a.after"
  read_medium "$kind" "$second" "$WORK/b.after"
  check_sequence "$name" || fail "$name: $(grep -am1 '^FAIL' "$OUT/$name/serial" || head -n 1 "$OUT/$name/compared")"
  note "$name ($((SECONDS - started)) s): $(last_line "$OUT/$name/serial")"
}

check_sequence() {
  /payload/bin/check-sequence "$OUT/$1/serial" "80=$WORK/a.before:$WORK/a.after" \
    "81=$WORK/b.before:$WORK/b.after" > "$OUT/$1/compared" 2>&1
}

# The check has to detect one wrong byte, in a sector that was never written.
test_of_check() {
  local last=$((sector_bytes - 1)) byte
  byte=$(od -A n -t u1 -j $last -N 1 "$WORK/b.after")
  printf %b "\\x$(printf %02x $((byte ^ 255)))" | dd of="$WORK/b.after" bs=1 seek=$last conv=notrunc status=none
  ! check_sequence "$1" || fail "the check does not detect a changed image"
  expect_line "$OUT/$1/compared" '^drive 81 sector 0: not what was written last'
}

# when_waiting NAME COMMANDS: print the command for vm_run -p that runs COMMANDS each time the
# program waits for a key, and then presses one. DOMID is set, and turn, the number of such waits.
when_waiting() {
  mkdir -p "$OUT/$1"
  cat > "$WORK/when-waiting" << END
for ((turn = 1, tries = 0; tries < 600; tries++)); do
  if ((\$(grep -ac '^WAIT' $OUT/$1/serial) >= turn)); then
    $2
    xl qemu-monitor-command "\$DOMID" 'sendkey a' > /dev/null
    turn=\$((turn + 1))
  fi
  xenstore-exists "/local/domain/\$DOMID" || exit 0
  sleep 0.2
done
END
  echo "bash $WORK/when-waiting > $OUT/$1/waiting 2>&1 &"
}
