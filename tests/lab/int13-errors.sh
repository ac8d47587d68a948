#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: calls that must fail do so as in SeaBIOS' own drivers, change nothing, and the next call works
. /payload/tests/lib.sh
# shellcheck source=tests/lab/transfer-common.sh
. /payload/tests/transfer-common.sh

data=$WORK/data.img readonly_image=$WORK/readonly.img
# 32 cylinders of 16 heads and 63 sectors, and five sectors that CHS does not reach.
head -c $(((32 * 16 * 63 + 5) * 512)) /dev/urandom > "$data"
head -c $((2 * 1024 * 1024 + 512)) /dev/urandom > "$readonly_image"
for file in "$data" "$readonly_image"; do
  cp "$file" "$file.before"
  cp "$file" "$file.stock"
done
good=$(/payload/bin/sector-crc32 "$data" 7 3)
readonly_last=$(/payload/bin/sector-crc32 "$readonly_image" 4096 1)

program=$(image errors)
# QEMU 7.2 opens a read-only qdisk for writing as well, and fails: that disk is always blkback's.
vm_config "$WORK/vm.cfg" \
  disk="format=raw,vdev=${vdevs[0]},access=rw,target=$program" \
  disk="format=raw,vdev=${vdevs[1]},access=rw,backendtype=$big_backend,target=$data" \
  disk="format=raw,vdev=${vdevs[2]},access=ro,target=$readonly_image"
vm_run -o "$OUT/pv" -l 300 -u '^DONE ' "$WORK/vm.cfg"
sync

# expect_answers NAME LOG: the program has made its checks, and its answers go to OUT/NAME/answers.
expect_answers() {
  local log=$OUT/$1/$2
  grep -a '^E ' "$log" > "$OUT/$1/answers" || fail "$1: no answers"
  sed "/^FAIL/!d; s/^/$1: /" "$log"
  expect_line "$log" '^DONE passed=[1-9][0-9]* failed=0' "$1: the guest printed: $(last_line "$log")"
  expect_line "$log" "^good read $good" "$1: the valid call reads other data"
  [[ $(wc -l < "$OUT/$1/answers") -ge 100 ]] || fail "$1: fewer answers than calls"
}
expect_answers pv "$GUEST_LOG"
expect_line "$OUT/pv/$GUEST_LOG" "^readonly last sector $readonly_last" \
  "the read-only disk returns other data"
cmp "$data" "$data.before" || fail "a call that must fail has written data"
cmp "$readonly_image" "$readonly_image.before" || fail "a read-only disk was written"
# The program also knows most answers by itself.
[[ $GUEST_TYPE == hvm || $FULL == 1 ]] || exit 0

# The same program under stock SeaBIOS, with an emulated disk of the same size.
printf 'stock' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
vm_config "$WORK/stock.cfg" type=hvm bios="$STOCK_BIOS" hdtype='"ahci"' \
  disk="format=raw,vdev=hda,access=rw,target=$program" \
  disk="format=raw,vdev=hdb,access=rw,target=$data.stock" \
  disk="format=raw,vdev=hdc,access=rw,target=$readonly_image.stock"
vm_run -o "$OUT/stock" -l 300 -u '^DONE ' "$WORK/stock.cfg"
expect_answers stock serial
diff "$OUT/stock/answers" "$OUT/pv/answers" > "$OUT/difference" || {
  echo "answers with SeaBIOS' own driver (-) and with a PV disk (+):"
  cat "$OUT/difference"
  fail "answers differ from those of SeaBIOS' own driver"
}
note "$(wc -l < "$OUT/pv/answers") answers are the same as with SeaBIOS' own driver"
