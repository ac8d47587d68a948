# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: what single steps of a BIOS call cost: exits, hypercalls, copies, calls with and without a transfer
. /payload/tests/lib.sh
export default_vga=cirrus # as xl gives it

data=$WORK/data.img
dd if=/dev/urandom of="$data" bs=1M count=64 status=none

# costs NAME COMMAND BOOT_VDEV DATA_VDEV [VM_CONFIG ARGUMENT]...: run the program "costs" in a guest, and add
# its figures to the report. COMMAND is for "guest run -p"; $backend is the data disk's.
costs() {
  local name=$1 command=$2 boot=$3 vdev=$4
  shift 4
  vm_config "$WORK/vm.cfg" disk="format=raw,vdev=$boot,access=rw,target=$(image costs)" \
    disk="format=raw,vdev=$vdev,access=rw${backend:+,backendtype=$backend},target=$data" "$@"
  vm_run -l 200 -u '^DONE ' -o "$OUT/$name" -p "$command" "$WORK/vm.cfg"
  expect_line "$OUT/$name/serial" '^DONE passed=[1-9][0-9]* failed=0' \
    "$name: $(grep -am1 ^FAIL "$OUT/$name/serial" || last_line "$OUT/$name/serial")"
  {
    printf '## %s\n\n| step | median us | least us | count |\n| --- | ---: | ---: | ---: |\n' "$name"
    sed -nE 's/^C (.*): least=([0-9]+) median=([0-9]+) count=([0-9]+)/\1;\2;\3;\4/p' "$OUT/$name/serial" | tr -d '\r' |
      awk -F ';' '{ printf "| %s | %.2f | %.2f | %d |\n", $1, $3 / 1000, $2 / 1000, $4 }'
    echo
  } | tee -a "$OUT/report"
}

costs linger-blkback "$(wish linger)" xvde xvdf
start_hook
costs hook-blkback "$(wish hook)" xvde xvdf
stop_hook
backend=qdisk costs linger-qdisk "$(wish linger)" xvde xvdf
costs stock-ahci true hda hdb bios="$STOCK_BIOS" 'hdtype="ahci"'
