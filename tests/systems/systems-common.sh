# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Boot loaders and systems from Debian's packages. Sourced after lib.sh.
#
#   system NAME KIND MODE VM_RUN_OPTIONS... -- [VM_CONFIG ARGUMENT]...  run a guest from the disk that
#       make-disk makes of this KIND, as xvde on blkback, with the firmware in this MODE. A daemon runs in hook
#       mode. Its output goes to OUT/NAME
#   second_disk PROGRAM      print the disk argument of xvdf, on qdisk, with this guest program
#   crc_of_list IMAGE COUNT  print the checksum that the guest program list prints for the first COUNT sectors

system() {
  local name=$1 kind=$2 mode=$3 options=() started=$SECONDS dir=$OUT/$1
  shift 3
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  mkdir -p "$dir"
  [[ $mode != hook ]] || start_hook
  vm_config "$WORK/vm.cfg" \
    disk="format=raw,vdev=xvde,access=rw,target=$(image "system-$kind")" "$@"
  vm_run -o "$dir" -p "$(wish "$mode")" "${options[@]}" "$WORK/vm.cfg"
  stop_hook
  expect_line "$dir/debug" "xenpv: hand-over: $mode "
  expect_line "$dir/debug" 'xenpv: booting from Xen PV disk xvde'
  note "$name ($((SECONDS - started)) s)"
}

second_disk() { echo "disk=format=raw,vdev=xvdf,access=rw,backendtype=qdisk,target=$(image "$1")"; }

# The program fills its buffer of 128 sectors with zeros before.
crc_of_list() {
  dd if="$1" of="$WORK/sectors" bs=512 count="$2" status=none
  truncate -s 64K "$WORK/sectors"
  /payload/bin/sector-crc32 "$WORK/sectors" 0 128
}
