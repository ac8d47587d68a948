# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The guests that are measured, and the peer that each of their drives belongs to. Sourced after lib.sh.
#
# One boot of a guest measures all drives of its ROM. All drives are the same file; QEMU's own devices
# differ in size, which identifies them.

# Smaller than the file, and large enough for the program "speed": 1 GiB to read, and 64 MiB to write.
declare -A shown_mib=([virtio]=1089 [nvme]=1090 [ahci]=1091)

# guest_command GUEST: print the command that "guest run -p" gets.
guest_command() {
  case $1 in
    hook | linux) wish hook ;;
    strict) wish strict ;;
    *) echo true ;;
  esac
}

# guest_config GUEST FILE BOOT DATA [VM_CONFIG ARGUMENT]...: write the configuration with these images to
# FILE; DATA may be empty. GUEST is hook, strict, linux, stock, ide (IDE alone), ahci, or ovmf, whose
# firmware is the build that the user gave.
guest_config() {
  local guest=$1 file=$2 boot=$3 data=$4 arguments=() devices=() kind
  arguments=("${@:5}")
  case $guest in
    hook | strict | linux)
      arguments+=(disk="format=raw,vdev=xvde,access=rw,target=$boot")
      [[ -z $data ]] || arguments+=(disk="format=raw,vdev=xvdf,access=rw,target=$data")
      [[ -z $data || $guest != hook ]] || arguments+=(disk="format=raw,vdev=xvdg,access=rw,backendtype=qdisk,target=$data")
      ;;
    ovmf)
      # OVMF unpacks itself into memory, and needs more of it than the other guests have.
      arguments+=(firmware=ovmf bios="$OVMF" memory=512)
      arguments+=(disk="format=raw,vdev=xvde,access=rw,target=$boot" disk="format=raw,vdev=xvdf,access=rw,target=$data")
      ;;
    *)
      arguments+=(bios="$STOCK_BIOS" disk="format=raw,vdev=hda,access=rw,target=$boot")
      [[ -z $data ]] || arguments+=(disk="format=raw,vdev=hdb,access=rw,target=$data")
      ;;
  esac
  case $guest in
    ahci) arguments+=('hdtype="ahci"') ;;
    stock)
      # As libxl configures disks, with its cache mode. No lock: the file is also open for IDE.
      for kind in virtio nvme ahci; do
        devices+=(-drive "driver=raw,file.driver=file,file.filename=$data,file.locking=off,size=${shown_mib[$kind]}M,if=none,id=bench-$kind,cache=writeback")
      done
      devices+=(-device "virtio-blk-pci,drive=bench-virtio" -device "nvme,serial=bench,drive=bench-nvme"
        -device "ahci,id=bench" -device "ide-hd,bus=bench.0,drive=bench-ahci")
      arguments+=("device_model_args_hvm=[ $(printf '"%s", ' "${devices[@]}") ]")
      ;;
  esac
  vm_config "$file" "${arguments[@]}"
}

# drive_peer GUEST DRIVE MIB: print the peer that the drive with this number and this size belongs to.
drive_peer() {
  local kind
  case $1-$2 in
    hook-81) echo hook-blkback ;;
    hook-82) echo hook-qdisk ;;
    *)
      for kind in "${!shown_mib[@]}"; do
        if [[ ${shown_mib[$kind]} == "$3" ]]; then
          echo "$kind"
          return
        fi
      done
      echo ide
      ;;
  esac
}
