# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Who is measured: how each peer has its disks. Sourced after lib.sh.

# peer_kib PEER: how much it reads, by 64 KiB, where the processor's time is looked at: some seconds' work.
peer_kib() {
  case $1 in
    hook-*) echo $((32 * 1024)) ;;
    ide) echo 256 ;;
    *) echo $((16 * 1024)) ;;
  esac
}

# peer_command PEER: print the command for "guest run -p".
peer_command() {
  case $1 in
    hook-* | linux) wish hook ;;
    strict-*) wish strict ;;
    *) echo true ;;
  esac
}

# peer_config PEER FILE BOOT DATA [VM_CONFIG ARGUMENT]...: the configuration with these images, the second
# of which may be empty.
peer_config() {
  local peer=$1 file=$2 boot=$3 data=$4 first=xvde second=xvdf disks=() more
  more=("${@:5}")
  case $peer in
    hook-* | strict-*) ;;
    *)
      first=hda second=hdb
      more+=(bios="$STOCK_BIOS")
      ;;
  esac
  case $peer in
    ahci) more+=('hdtype="ahci"') ;;
    virtio | nvme)
      # QEMU's own device, behind the IDE disk that is booted from, cached as libxl's disks are.
      local device=virtio-blk-pci
      [[ $peer == virtio ]] || device=nvme,serial=bench
      more+=("device_model_args_hvm=[ \"-drive\", \"file=$data,if=none,id=data,format=raw,cache=writeback\", \"-device\", \"$device,drive=data\" ]")
      data=''
      ;;
  esac
  disks=(disk="format=raw,vdev=$first,access=rw$(peer_backend "$peer"),target=$boot")
  [[ -z $data ]] || disks+=(disk="format=raw,vdev=$second,access=rw$(peer_backend "$peer"),target=$data")
  vm_config "$file" "${disks[@]}" "${more[@]}"
}

peer_backend() { [[ $1 != *-qdisk ]] || echo ,backendtype=qdisk; }
