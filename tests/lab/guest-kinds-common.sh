# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Kinds of guests: memory, processors, what Xen and QEMU show the guest. In each the program
# own_drivers boots from a PV disk, writes and reads by int13, takes the disks over with a driver of its
# own, and compares. Sourced after lib.sh, handover-common.sh and store-log-common.sh.
#
#   kind NAME MODE ORDER [VM_CONFIG ARGUMENT]...  run a guest of that kind, and check its end and its
#       counts. ORDER has the parameters of own_drivers. In strict mode it boots from blkback and has its
#       second disk on qdisk, in hook mode the other way round. The daemon runs in hook mode. The mode
#       "pvh" is strict mode in a PVH guest
#   expect_memory NAME MIB  that guest had no more memory when it was built, whatever its e820 map says
#
# The counts of the kind "plain", which comes first, are those of all others in the same mode.

declare -A plain=()
written_sectors=8 # that own_drivers writes to each disk

# connections STORE: print, for xvde and xvdf, how often a frontend has connected the disk: how often the
# guest has written the key that names the ring.
connections() {
  local number
  for number in 51776 51792; do
    grep -Ec "^IN .* WRITE \((/local/domain/[0-9]+/)?device/vbd/$number/ring-ref " "$1" || true
  done | xargs
}

kind() {
  local name=$1-$2 mode=$2 order=$3 first=phy second=qdisk type=hvm program dir log=serial started=$SECONDS counts
  case $mode in
    hook) first=qdisk second=phy ;;
    pvh) mode=strict order+=' pvh' type=pvh log=debug ;;
  esac
  dir=$OUT/$name
  mkdir -p "$dir"
  program=$(image own_drivers)
  printf '%s' "$order" | dd of="$program" bs=512 seek=1 conv=notrunc status=none
  rm -f "$WORK/data.img"
  truncate -s 4M "$WORK/data.img"
  vm_config "$WORK/vm.cfg" type=$type \
    disk="format=raw,vdev=${boot_vdev:-xvde},access=rw,backendtype=$first,target=$program" \
    disk="format=raw,vdev=xvdf,access=rw,backendtype=$second,target=$WORK/data.img" "${@:4}"
  # A repeated guest would be counted twice.
  vm_run -a 1 -o "$dir" -l 240 -u '^DONE ' \
    -p "xl list \$DOMID > $dir/list; $(log_store "$dir/store"); $(wish "$mode")" "$WORK/vm.cfg"
  end_store_log "$dir/store"
  expect_line "$dir/$log" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 ^FAIL "$dir/$log" || last_line "$dir/$log")"
  expect_line "$dir/$log" '^left over: grants=0 ports=[0-9]+ keys=0'
  expect_line "$dir/debug" "hand-over: $mode "
  expect_line "$dir/debug" '2 of 2 PV disks ready'
  expect_no_line "$dir/debug" 'xenpv: .*(error|failed|gave up|lost|not available)' "$name: the firmware had trouble"
  expect_written "$name" "$log"
  counts="$(connections "$dir/store") $(grep -a '^left over' "$dir/$log")"
  note "$name ($((SECONDS - started)) s): connections $counts"
  [[ $counts == [1-9]*\ [1-9]* ]] || fail "$name: the log of xenstored has no connection of a disk"
  [[ -n ${plain[$2]:-} ]] || plain[$2]=$counts
  expect_same "$name: connections of xvde and xvdf, and what is left" "${plain[$2]}" "$counts"
}

# expect_written NAME LOG: the images have what the guest's own driver says it has written.
expect_written() {
  local line path sector crc image
  while read -r _ path sector crc; do
    image=$WORK/data.img
    [[ $path != */51776 && $path != */768 ]] || image=$WORK/own_drivers.img
    expect_same "$1: sectors of $path" "$crc" "$(/payload/bin/sector-crc32 "$image" "$sector" "$written_sectors")"
  done < <(grep -a '^wrote ' "$OUT/$1/$2" | tr -d '\r')
  line=$(grep -ac '^wrote ' "$OUT/$1/$2")
  expect_same "$1: disks written" 2 "$line"
}

expect_memory() {
  local mib
  mib=$(awk 'NR == 2 { print $3 }' "$OUT/$1/list")
  ((mib > 0 && mib <= $2)) || fail "$1: the guest was built with $mib MiB, expected $2 at most"
}
