# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the lab's scripts in dom0.

# parameter NAME: print the value of a parameter of the kernel's command line.
parameter() {
  local word
  for word in $(< /proc/cmdline); do
    [[ $word != "$1="* ]] || echo "${word#*=}"
  done
}

# disk SERIAL: print the block device with this serial number.
disk() {
  local file
  for file in /sys/block/vd*/serial; do
    if [[ $(< "$file") == "$1" ]]; then
      file=${file%/serial}
      echo "/dev/${file##*/}"
    fi
  done
}

# host_port NAME: print the device of this port to the host. It appears some time after its module is loaded: wait for it.
host_port() {
  local name
  while true; do
    for name in /sys/class/virtio-ports/*/name; do
      if [[ -e $name && $(< "$name") == "$1" ]]; then
        name=${name%/name}
        echo "/dev/${name##*/}"
        return
      fi
    done
    sleep 0.2
  done
}
