# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Who is measured: how each peer has its disks. Sourced after lib.sh.

# shellcheck disable=SC2034 # used where this is sourced
{
  data_mib=$((1024 + 64)) # the program "speed" writes to the last 64
  call_peers=(hook-blkback ide virtio hook-qdisk ahci nvme)
  grub_peers=(hook-blkback ahci strict-blkback)
}

# peer_mib PEER: how much it reads where the processor's time is looked at: some seconds' work.
peer_mib() {
  case $1 in
    hook-*) echo 64 ;;
    ide) echo 1 ;;
    *) echo 16 ;;
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

# peer_config PEER FILE BOOT DATA: the configuration with these images, the second one may be empty.
peer_config() {
  local peer=$1 file=$2 boot=$3 data=$4 first=xvde second=xvdf more=() disks=()
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
