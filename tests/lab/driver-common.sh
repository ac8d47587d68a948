# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# A driver domain: a PV guest with dom0's kernel and programs, in which "xl devd" starts the backends
# of other guests' disks, Linux' blkback and QEMU's qdisk. A scenario that uses it needs the image
# dom0-kernel. Sourced after lib.sh and hook-common.sh.

# make_driver_files COMMAND: make the initramfs of the driver domains, with WORK/disks as /disks. They
# run COMMAND there before they are ready.
make_driver_files() {
  local own=$WORK/driver
  mkdir -p "$own"
  cat > "$own/init" << END
#!/bin/bash
export PATH=$PATH HOME=/root
mkdir -p /proc /sys /dev /run/xen /tmp /root /payload /var/lib/xen /var/log/xen /var/lock
ln -s ../run /var/run
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in xenfs xen-privcmd xen-gntdev xen-gntalloc xen-evtchn xen-blkback loop; do modprobe \$module; done
mount -t xenfs xenfs /proc/xen
# A newer QEMU than Debian 12's makes a network card that xl has not asked for, and ends: it may not read the keys of
# the guest's. docs/admin/backends.md has the same remedy.
qemu=/usr/libexec/xen-qemu-system-i386
if ! \$qemu --version | grep -q 'version 7\.'; then
  mv \$qemu \$qemu.real
  printf '#!/bin/bash\nexec %s.real -nic none "\$@"\n' \$qemu > \$qemu
  chmod +x \$qemu
fi
# An initramfs may only use half of the memory.
mv /disks /disks-here
mkdir /disks
mount -t tmpfs -o size=80% disks /disks
mv /disks-here/* /disks
cd /disks
$1
xl devd -F &
xenstore-write data/ready 1
# Process 1 must not exit.
while true; do wait; sleep 1; done
END
  chmod +x "$own/init"
  # The kernel unpacks all three archives.
  {
    (cd / && find bin etc lib lib64 sbin usr -xdev | cpio -o -H newc)
    (cd "$own" && find . | cpio -o -H newc)
    (cd "$WORK" && find disks | cpio -o -H newc)
  } > "$WORK/driver.cpio" 2> "$OUT/cpio"
  rm -rf "$own"
}

driver_is_ready() { key_is "$(id_of "$1")/data/ready" 1; }

# start_driver NAME: start a driver domain. OUT/NAME.console has its console when it has ended.
start_driver() {
  cat > "$WORK/$1.cfg" << END
name = "$1"
type = "pv"
kernel = "/payload/guests/dom0-kernel.img"
ramdisk = "$WORK/driver.cpio"
cmdline = "console=hvc0 loglevel=5 panic=-1 mitigations=off"
memory = 512
driver_domain = 1
END
  xl create "$WORK/$1.cfg" > "$OUT/$1.create" 2>&1 ||
    fail "$1 could not be created: $(last_line "$OUT/$1.create")"
  find_guest "$1"
  await 180 "$1 does not start: $(last_line "/var/log/xen/guest-$1.log")" driver_is_ready "$1"
}

# end_driver NAME: destroy a driver domain, as if it had crashed.
end_driver() {
  timeout 60 xl destroy "$(id_of "$1")" || fail "$1 is not destroyed"
  cp "/var/log/xen/guest-$1.log" "$OUT/$1.console"
}
