# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios in which Linux takes the disks over: the GRUB test disk boots, Linux writes to
# its disks, and while it holds them dom0 inspects what Linux shares with the backends. Everything
# must be as if the firmware had never opened them. Sourced after lib.sh; linux_boot needs
# boot-common.sh as well.

# All keys of a disk that blkfront has connected: the toolstack's and Linux' own. The scenario
# handover-linux-32bit compares them with the keys under stock SeaBIOS.
linux_keys='backend backend-id device-type event-channel feature-persistent protocol ring-ref state trusted virtual-device'

# Write the script that inspects the guest of OUT while it holds its disks, and print the command
# that starts it.
inspect_while_it_holds() {
  cat > "$WORK/inspect" << END
for second in {1..700}; do
  xenstore-exists /local/domain/\$DOMID || exit 1
  ! grep -aq 'userland: holding' $OUT/serial || break
  sleep 1
done
echo \$DOMID > $OUT/domid
xenstore-ls -f /local/domain/\$DOMID/device/vbd > $OUT/keys
xl debug-keys g
xl debug-keys e
sleep 2
xl dmesg > $OUT/shared
xl shutdown \$DOMID
END
  echo "bash $WORK/inspect > $OUT/inspect.log 2>&1 &"
}

# linux_boot NAME MODE ENTRY BACKEND [VM_CONFIG ARGUMENT]...: boot the GRUB test disk, as
# $boot_vdev (xvde) on that backend and with a second disk, $second_vdev (xvdf), on the other one. Linux calls sda xvda.
# MODE is the firmware's, or "stock" for stock SeaBIOS. Everything is kept in OUT/NAME.
linux_boot() {
  local name=$1 mode=$2 entry=$3 backend=$4 other=qdisk before rom=$BIOS disk started=$SECONDS
  local boot=${boot_vdev:-xvde} second=${second_vdev:-xvdf} OUT=$OUT/$1
  shift 4
  [[ $backend == phy ]] || other=phy
  mkdir -p "$OUT"
  disk=$(image grub-disk)
  grub_disk_settings "$disk" "entry=$entry" userland=write,hold
  head -c $((8 * 1024 * 1024)) /dev/urandom > "$WORK/second.img"
  second_sum=$(sum_of "$WORK/second.img" 1 7)
  before=$(inspect_while_it_holds)
  [[ $mode == stock ]] || before+=" $(wish "$mode")"
  [[ $mode != stock ]] || rom=$STOCK_BIOS
  vm_config "$WORK/vm.cfg" memory=256 bios="$rom" \
    disk="format=raw,vdev=$boot,access=rw,backendtype=$backend,target=$disk" \
    disk="format=raw,vdev=$second,access=rw,backendtype=$other,target=$WORK/second.img" "$@"
  # Only one attempt: Linux' writes are compared, and the inspection must be of the guest that runs.
  boot_grub_disk "$WORK/vm.cfg" -a 1 -o "$OUT" -p "$before"
  sync
  [[ $mode == stock ]] || expect_line "$OUT/debug" "hand-over: $mode " "the firmware is not in the mode $mode"
  [[ $mode == stock || $boot != @(xvda|sda) ]] ||
    expect_line "$OUT/debug" "$boot: serves the emulated drive too" "the disk that was booted from is not served over PV"
  expect_no_line "$OUT/debug" 'served by the emulated disk from now on' "the disk fell back before Linux"
  expect_untroubled_linux "${boot/#sd/xvd}" "$second"
  expect_no_line "$OUT/serial" 'userland: done' "Linux ended by itself, and not by xl shutdown"
  expect_only_linux_shares
  note "$name: $((SECONDS - started)) s"
}

# sum_of FILE FIRST_MIB MIB
sum_of() { dd if="$1" bs=1M skip="$2" count="$3" 2> /dev/null | sha256sum | cut -d' ' -f1; }

# Linux got its disks at once and read the right data, and the images have what it wrote.
expect_untroubled_linux() {
  expect_grub_boot "$1"
  expect_linux_disks "$1" "$2"
}

# The same, without the lines of GRUB.
expect_linux_disks() {
  local boot=$1 second=$2
  expect_line "$OUT/serial" "userland: sum $second $second_sum" "Linux read other data from $second"
  expect_line "$OUT/serial" "userland: wrote $boot $(sum_of "$WORK/grub-disk.img" 25 1) " \
    "what Linux wrote to $boot is not there"
  expect_line "$OUT/serial" "userland: wrote $second $(sum_of "$WORK/second.img" 7 1) " \
    "what Linux wrote to $second is not there"
  expect_same "the rest of $boot" "$(sed -n 's/ disk$//p' /payload/guests/grub-disk.sums)" \
    "$(sum_of "$WORK/grub-disk.img" 1 8)"
  expect_line "$OUT/console" "blkfront: $boot: " "no kernel log of $boot"
  # What Linux logs about a frontend that was left open, and about a backend that does not connect.
  expect_no_line "$OUT/console" 'triggering reconnect|XENBUS: (frontend|backend|Timeout|Waiting)|blkfront.*(error|fail)|I/O error|[Tt]imed? ?out' \
    "Linux had trouble with a disk"
}

# dump_of REGEX KIND: the part of Xen's dump from REGEX up to the next part of its kind.
dump_of() { awk -v begin="$1" -v kind="$2" '$0 ~ kind { on = $0 ~ begin } on' "$OUT/shared"; }

# Linux has made all keys, grants and ports of the guest.
expect_only_linux_shares() {
  local id disks disk end frame
  id=$(< "$OUT/domid")
  disks=$(sed -n 's,.*/device/vbd/\([0-9]*\)/state = .*,\1,p' "$OUT/keys")
  expect_same "number of disks" 2 "$(wc -w <<< "$disks")"
  for disk in $disks; do
    expect_same "keys of disk $disk" "$linux_keys" \
      "$(sed -n "s,.*/device/vbd/$disk/\([^ ]*\) = .*,\1,p" "$OUT/keys" | sort | xargs)"
  done
  # Only Linux' memory is granted, and Xen's special pages for xenstore and the console.
  dump_of "grant-table for remote d$id " 'grant-table for remote' | awk '/\[0x/ { print $7 }' > "$OUT/grants"
  [[ $(wc -l < "$OUT/grants") -ge 4 ]] || fail "no list of grants"
  end=$(($(ram_ends_at) / 4096))
  while read -r frame; do
    ((frame < end || frame >= 0xfeff0)) || fail "a grant of the firmware's memory is in use: $frame"
  done < "$OUT/grants"
  # The ports that are connected to another domain belong to xenstore, the console, the disks, and
  # the keyboard, which a PVH guest does not have.
  dump_of "channel information for domain $id:" 'channel information for domain' |
    grep -E 's=[23] .* x=0' > "$OUT/ports" || fail "no list of ports"
  expect_same "connected ports" "${connected_ports:-5}" "$(grep -c 's=3' "$OUT/ports")"
}

# The address above the last byte of RAM below 4 GiB, from the e820 map that Linux got.
ram_ends_at() {
  local last
  last=$(sed -nE 's/.*BIOS-e820: \[mem 0x0*100000-0x0*([0-9a-f]*)\] usable.*/\1/p' "$OUT/console" | tail -n 1)
  [[ $last =~ ^[0-9a-f]+$ ]] || fail "the end of RAM is not in the kernel's log"
  echo $((0x$last + 1))
}

# expect_unconnected_ports NAME COUNT: COUNT ports of the firmware are left, without another end.
expect_unconnected_ports() {
  expect_same "$1: ports without another end" "$2" "$(grep -c 's=2' "$OUT/$1/ports" || true)"
}
