# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a program copies files as DOS does: over PV in strict and in hook mode, in real mode and under a memory manager, and on the emulated disks of stock SeaBIOS
. /payload/tests/lib.sh
. /payload/tests/counters-common.sh
. /payload/tests/figures-common.sh
export default_vga=cirrus # as xl gives it

repeats=$((ROUNDS < 3 ? ROUNDS : 3))
files=16
file_clusters=31 # one sequence of 1, 2, 4, 8 and 16 clusters
limit_s=200

# peer NAME: set how that peer is measured: mode (empty: stock SeaBIOS), vdev, number, parameters, arguments.
peer() {
  mode='' vdev=hda number='' parameters='' arguments=(bios="$STOCK_BIOS")
  case $1 in
    hook* | strict*) mode=${1%-vcpi} vdev=xvde number=51776 arguments=() ;;
    ahci) arguments+=('hdtype="ahci"') ;;
  esac
  case $1 in
    *-vcpi | *-v86) parameters=v86 ;;
  esac
}

# measure PEER ROUND: boot a guest that copies all files, and check the copies.
measure() {
  local dir=$OUT/$1-$2 disk=$WORK/disk.img command=true
  local mode vdev number parameters arguments
  peer "$1"
  cp "$WORK/template.img" "$disk"
  printf '%s ' "$parameters" | dd of="$disk" bs=512 seek=1 conv=notrunc status=none
  mkdir -p "$dir"
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$vdev,access=rw,target=$disk" "${arguments[@]}"
  [[ -z $mode ]] || command=$(wish "$mode")
  vm_run -a 1 -l $limit_s -o "$dir" -p "$command" \
    -w ". /payload/tests/counters-common.sh; watch_counters $dir '$number' copies > $dir/moments" "$WORK/vm.cfg"
  expect_line "$dir/serial" '^DONE passed=[1-9][0-9]* failed=0' "$1: $(grep -am1 ^FAIL "$dir/serial" || last_line "$dir/serial")"
  /payload/bin/fat-volume check "$disk" "$WORK/source" $((2 * files)) > "$dir/checked" || fail "$1: $(head -n 1 "$dir/checked")"
  keep_figures "$1" "$dir"
  note "$1: $(sed -n 's/^S //p' "$dir/serial") $(counted "$dir" copies)"
}

# keep_figures PEER DIR: keep what the guest has printed, and what was counted.
keep_figures() {
  local connections requests
  tr -d '\r' < "$2/serial" | awk -v peer="$1" '
    /^S files=/ {
      gsub(/[a-z]+=/, "")
      print peer, "calls", $4 + $5
      print peer, "writes", $5
      print peer, "all", $6
    }
    /^F / {
      sub(/microseconds=/, "")
      if ($2 == 0) print peer, "first", $3
      last = $3
    }
    END { print peer, "last", last }' >> "$OUT/figures"
  while read -r connections requests; do
    figure "$1" connections "$connections"
    figure "$1" requests "$requests"
  done < <(counted "$2" copies)
}

# peer_row PEER NAME: add its row.
peer_row() {
  row "$2" "$(range "$1" all 1000000 %.2f)" "$(median "$1" first 1000000 %.2f)" "$(median "$1" last 1000000 %.2f)" \
    "$(median "$1" all "$(($(median "$1" calls) * 1000))" %.1f)" "$(median "$1" calls)" "$(median "$1" writes)" \
    "$(median "$1" connections)" "$(median "$1" requests)"
}

# The disk: the program, and behind it the volume with the files.
head -c $((file_clusters * 2048)) /dev/urandom > "$WORK/source"
truncate -s 4M "$WORK/template.img"
dd if=/payload/guests/copies.img of="$WORK/template.img" bs=64K count=1 conv=notrunc status=none
/payload/bin/fat-volume fill "$WORK/template.img" "$WORK/source" $files

for ((round = 1; round <= repeats; round++)); do
  note "round $round of $repeats"
  start_hook
  for name in hook hook-vcpi; do measure $name $round; done
  stop_hook
  for name in strict strict-vcpi ide ide-v86 ahci; do measure $name $round; done
done

row "$files files of $((file_clusters * 2)) KiB" s 's, first file' 's, last file' 'ms a call' calls 'of them writes' connections requests
row --- ---: ---: ---: ---: ---: ---: ---: ---:
peer_row hook 'PV, hook'
peer_row strict 'PV, strict'
peer_row ahci 'stock SeaBIOS, AHCI'
peer_row ide 'stock SeaBIOS, IDE'
peer_row hook-vcpi 'virtual 8086 mode: PV, hook'
peer_row strict-vcpi 'virtual 8086 mode: PV, strict'
peer_row ide-v86 'virtual 8086 mode: stock SeaBIOS, IDE'
{
  echo
  echo "Times are medians (least to largest). Rounds: $repeats"
} | tee -a "$OUT/report"
