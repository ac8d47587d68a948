# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The ROM in a machine of QEMU that hvmloader did not make. Sourced.

# boots_in_qemu FILE ARGUMENT...: boot build/bios.bin in QEMU with these arguments, from a disk whose boot sector writes
# "R" to the debug ports 402h and E9h. What the firmware writes to either of them is in FILE. Exit status: whether "R"
# came within 60 s.
boots_in_qemu() {
  local file=$1 qemu
  shift
  # mov al,'R'; mov dx,402h; out dx,al; out 0E9h,al; cli; hlt
  printf '\xb0R\xba\x02\x04\xee\xe6\xe9\xfa\xf4' >"$file.img"
  truncate -s 510 "$file.img"
  printf '\x55\xaa' >>"$file.img"
  truncate -s 1M "$file.img"
  timeout 60 "${QEMU:-qemu-system-x86_64}" "$@" -display none -no-reboot -m 64 -bios build/bios.bin \
    -drive "file=$file.img,format=raw,snapshot=on" \
    -chardev "file,id=debug,path=$file" -device isa-debugcon,iobase=0x402,chardev=debug \
    -chardev "file,id=xen,path=$file.xen" -device isa-debugcon,iobase=0xe9,chardev=xen >"$file.log" 2>&1 &
  qemu=$!
  while kill -0 "$qemu" 2>/dev/null && ! grep -q '^R' "$file.xen" 2>/dev/null; do sleep 0.2; done
  kill "$qemu" 2>/dev/null
  wait "$qemu" 2>/dev/null
  cat "$file.xen" >>"$file"
  grep -q '^R' "$file.xen"
}
