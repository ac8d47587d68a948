# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: how the cost of a read grows with the size of the call, the number of the guest's PV disks, and the requests in flight
# needs: rom-pool-64 rom-pool-128 rom-pool-256
#
# The guests take turns, twice at most (ROUNDS); within a guest the kinds of work take turns as well. Each
# figure is the smallest of all measurements, because other work on the machine only adds to it.
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it

report=$OUT/report
figures=$OUT/figures
data=$WORK/data.img
data_mib=1024
disks=(1 2 4 8 16)
# Bounce memory of a disk, KiB, in ROMs that differ in nothing else. The build's own ROM has own_pool.
pools=(64 128 256)
own_pool=512
request_kib=44 # eleven pages
sizes=(1 2 4 8 16 32 64 127)
letters=({e..t})

# read_guest NAME PARAMETERS DISKS [ROM]: boot the program "growth" from the first of DISKS disks, and add lines
# "NAME KIND CALL_MICROSECONDS" to the figures.
read_guest() {
  local name=$1 count=$3 rom=${4:-$BIOS} dir=$OUT/$1 specs i
  specs=("disk=format=raw,vdev=xvde,access=rw,target=$data")
  for ((i = 1; i < count; i++)); do
    truncate -s 2M "$WORK/other$i.img"
    specs+=("disk=format=raw,vdev=xvd${letters[i]},access=rw,target=$WORK/other$i.img")
  done
  printf '%-60s' "$2" | dd of="$data" bs=512 seek=1 conv=notrunc status=none
  vm_config "$WORK/vm.cfg" bios="$rom" "${specs[@]}"
  vm_run -l 120 -o "$dir" -u '^DONE ' -p "$(wish linger)" "$WORK/vm.cfg"
  expect_line "$dir/serial" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 ^FAIL "$dir/serial" || last_line "$dir/serial")"
  expect_same "$name: disks connected" "$count" "$(grep -ac ': connected in ' "$dir/debug")"
  tr -d '\r' < "$dir/serial" |
    sed -nE "s/^S drive=80 ([^ ]+) bytes=[0-9]+ microseconds=([0-9]+) calls=([0-9]+)/$name \1 \2 \3/p" |
    awk '{ printf "%s %s %.1f\n", $1, $2, $3 / $4 }' >> "$figures"
}

# least NAME KIND: print the smallest time of a call, in microseconds.
least() {
  awk -v name="$1" -v kind="$2" '$1 == name && $2 == kind && (!seen++ || $3 < least) { least = $3 }
    END { print least }' "$figures"
}

# row CELL...: add a row to a Markdown table in the report.
row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$report"
}

# cell NAME KIND FIRST_NAME FIRST_KIND: print "microseconds (ratio to those of the first)".
cell() {
  awk -v value="$(least "$1" "$2")" -v first="$(least "$3" "$4")" \
    'BEGIN { printf "%.0f (%.2f)", value, value / first }'
}

/payload/bin/pattern-disk fill "$data" $data_mib || fail "no data disk"
dd if=/payload/guests/growth.img of="$data" conv=notrunc status=none
for ((round = 1; round <= (ROUNDS < 2 ? ROUNDS : 2); round++)); do
  note "round $round"
  read_guest sizes 'sizes rounds=5' 1
  for count in "${disks[@]}"; do
    read_guest "disks-$count" 'rounds=8' "$count"
  done
  for pool in "${pools[@]}"; do
    read_guest "pool-$pool" 'rounds=8' 1 "/payload/guests/rom-pool-$pool.img"
  done
done

row 'sectors a call' 'in the cache' '1 MiB in a row' 'anywhere, not in the cache'
row ---: ---: ---: ---:
for size in "${sizes[@]}"; do
  row "$size" "$(cell sizes "again-$size" sizes again-1)" "$(cell sizes "row-$size" sizes row-1)" \
    "$(cell sizes "once-$size" sizes once-1)"
done
echo | tee -a "$report"
row 'PV disks' '8 MiB in a row, 64 KiB a call' '4 KiB anywhere' '64 KiB anywhere'
row ---: ---: ---: ---:
for count in "${disks[@]}"; do
  row "$count" "$(cell "disks-$count" row-128 disks-1 row-128)" "$(cell "disks-$count" once-8 disks-1 once-8)" \
    "$(cell "disks-$count" once-128 disks-1 once-128)"
done
echo | tee -a "$report"
row 'bounce memory, KiB' 'requests in flight' '8 MiB in a row, 64 KiB a call' '4 KiB anywhere' '64 KiB anywhere'
row ---: ---: ---: ---: ---:
for pool in "${pools[@]}" $own_pool; do
  name=pool-$pool
  [[ $pool != "$own_pool" ]] || name="disks-1"
  row "$pool" "$(((pool + request_kib - 1) / request_kib))" "$(cell "$name" row-128 disks-1 row-128)" \
    "$(cell "$name" once-8 disks-1 once-8)" "$(cell "$name" once-128 disks-1 once-128)"
done
echo | tee -a "$report"
echo 'Microseconds a call: the smallest of several measurements, and in parentheses the ratio to the first row. In the last
table the ratio is to the last row, which is the ROM as built. The disks stay open (linger).' | tee -a "$report"
