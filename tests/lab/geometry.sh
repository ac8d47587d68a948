#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PV-only drive has the geometry of stock SeaBIOS' drive for the same image on IDE, or that of the guest's option
# set: full
. /payload/tests/lib.sh

# bytes NUMBER COUNT: print this many bytes of a number, the lowest first.
bytes() {
  local i
  # shellcheck disable=SC2059 # the byte is in the format
  for ((i = 0; i < $2; i++)); do printf "\\x$(printf %02x $(($1 >> 8 * i & 255)))"; done
}

# put FILE OFFSET: write stdin there.
put() { dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# disk NAME SECTORS [NUMBER:HEAD:SECTOR:COUNT]...: make an image with these entries of a partition
# table: each has the last head, the last sector, and the number of sectors.
disk() {
  local file=$WORK/$1.img entry number head sector count
  truncate -s $(($2 * 512)) "$file"
  shift 2
  for entry in "$@"; do
    IFS=: read -r number head sector count <<< "$entry"
    { bytes 0x80 1 && bytes 1 3 && bytes 6 1 && bytes "$head" 1 && bytes "$sector" 1 && bytes 0 1 &&
      bytes 63 4 && bytes "$count" 4; } | put "$file" $((446 + number * 16))
    bytes 0xaa55 2 | put "$file" 510
  done
}

disk dos-15x63 409600 0:14:63:409500
disk dos-8x32 409600 0:7:32:409000
disk dos-4x17 409600 0:3:17:5
disk second-entry 409600 0:0:0:0 1:15:17:5
disk empty-small 4096
disk empty-504m $((1024 * 1008))
disk empty-600m 1228800
disk empty-8g 16777216
disk empty-20g 41943040
disk linux-200m 409600 0:254:63:400000
disk linux-2g 4194304 0:254:63:4000000
disk linux-8g 16777216 0:254:63:4000000
disk protective 4194304 0:255:255:4194303
disk many-cylinders 41943040 0:1:1:1
disk no-sector 409600 0:9:64:5 1:3:5:5
names=(dos-15x63 dos-8x32 dos-4x17 second-entry empty-small empty-504m empty-600m empty-8g empty-20g
  linux-200m linux-2g linux-8g protective many-cylinders no-sector)

# list NAME PREFIX FIRST COMMAND IMAGE...: a guest lists its drives. Its disks are PREFIX and a letter,
# from FIRST on: the program, then the images. COMMAND runs before the guest does.
list() {
  local name=$1 prefix=$2 letters=abcdefghijklmnop command=$4 disks=() image i
  local first=${letters%%"$3"*}
  i=${#first}
  shift 4
  for image in "$(image list)" "${@/%/.img}"; do
    [[ $image == /* ]] || image=$WORK/$image
    disks+=(disk="format=raw,vdev=$prefix${letters:i++:1},access=rw,target=$image")
  done
  vm_config "$WORK/vm.cfg" "${rom[@]}" "${disks[@]}"
  vm_run -l 200 -o "$OUT/$name" -p "$command" -u '^DONE ' "$WORK/vm.cfg"
}

# answers NAME DRIVE: what functions 08h, 15h and 48h say of a drive, without the number of drives.
answers() {
  sed -nE "s/^L $2 (08h .*ax=(....)).* cx=(....) dx=(..)..\$/08h cx=\\3 dh=\\4/p; s/^L $2 (15h carry=0.*)/\\1/p" "$OUT/$1/serial"
  sed -nE "s/^L $2 (48h .*)/\\1/p" "$OUT/$1/serial" | head -n 1
}

# Stock SeaBIOS has three more drives on IDE; ours has as many as the program lists.
rom=(bios="$STOCK_BIOS")
for ((i = 0; i < ${#names[@]}; i += 3)); do list "stock-$i" hd a true "${names[@]:i:3}"; done
rom=()
for ((i = 0; i < ${#names[@]}; i += 5)); do list "pv-$i" xvd e "$(wish strict)" "${names[@]:i:5}"; done
for ((i = 0; i < ${#names[@]}; i++)); do
  stock=$(answers "stock-$((i / 3 * 3))" $((81 + i % 3)))
  pv=$(answers "pv-$((i / 5 * 5))" $((81 + i % 5)))
  echo "${names[i]}: $pv" >> "$OUT/answers"
  [[ $(wc -l <<< "$stock") == 3 ]] || fail "${names[i]}: stock SeaBIOS has no three answers: $stock"
  expect_same "${names[i]}" "$stock" "$pv"
done
note "${#names[@]} images: 08h, 15h and 48h are as with stock SeaBIOS on IDE"

#### The option ####

# shellcheck disable=SC2016 # DOMID is set where it runs
key='xenstore-write /local/domain/$DOMID/platform/xenpv-geometry'
list set xvd e "$(wish strict); $key 15x63" linux-2g
expect_line "$OUT/set/debug" 'xenpv: xvdf: geometry: 1024 cylinders, 15 heads, 63 sectors \(option geometry\)'
expect_line "$OUT/set/serial" '^L 81 08h carry=0 ax=0000 bx=[0-9a-f]{4} cx=feff dx=0e'
list lba xvd e "$(wish strict); $key lba" dos-8x32
expect_line "$OUT/lba/debug" 'xenpv: xvdf: geometry: 406 cylinders, 16 heads, 63 sectors \(size of the disk\)'

#### A FAT volume that fills the disk ####

truncate -s $((409600 * 512)) "$WORK/volume.img"
{ bytes 0x903ceb 3 && printf 'LAB TEST' && bytes 512 2 && bytes 8 1 && bytes 1 2 && bytes 2 1 &&
  bytes 512 2 && bytes 0 2 && bytes 0xf8 1 && bytes 200 2 && bytes 32 2 && bytes 8 2 && bytes 0 4 &&
  bytes 409600 4; } | put "$WORK/volume.img" 0
bytes 0xaa55 2 | put "$WORK/volume.img" 510
list volume xvd e "$(wish strict)" volume
expect_line "$OUT/volume/debug" 'xenpv: xvdf: geometry: 1024 cylinders, 8 heads, 32 sectors \(FAT volume\)'

#### Boot code that only knows CHS ####

cp /payload/guests/chs.img "$WORK/dos-chs.img"
disk dos-chs 409600 0:7:32:409000
printf 8x32 | put "$WORK/dos-chs.img" $((((500 * 8 + 5) * 32 + 6) * 512))
for start in "stock hda" "ours hda" "ours xvde"; do
  read -r which vdev <<< "$start"
  rom=()
  [[ $which == ours ]] || rom=(bios="$STOCK_BIOS")
  vm_config "$WORK/vm.cfg" "${rom[@]}" disk="format=raw,vdev=$vdev,access=rw,target=$WORK/dos-chs.img"
  vm_run -o "$OUT/chs-$which-$vdev" -u '^chs: ' "$WORK/vm.cfg"
  expect_line "$OUT/chs-$which-$vdev/serial" '^chs: good'
done
# The test can fail: another geometry has no cylinder 500.
vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$WORK/dos-chs.img"
vm_run -o "$OUT/chs-lba" -p "$(wish strict); $key lba" -u '^chs: ' "$WORK/vm.cfg"
expect_line "$OUT/chs-lba/serial" '^chs: error'
