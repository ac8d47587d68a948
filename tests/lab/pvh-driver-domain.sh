#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PVH guest reads and writes disks of a driver domain in each mode, and the daemon closes them; when the domain dies, calls fail and the guest goes on
# set: full
# also: oxenstored
# needs: dom0-kernel
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/handover-common.sh
. /payload/tests/driver-common.sh

# shellcheck disable=SC2034 # own_drivers and expect_takeover read it
own_log=debug

phy_disk() { echo "disk=format=raw,vdev=$1,access=rw,backend=driver,backendtype=phy,target=/disks/$2.img"; }
# QEMU locks the image.
qdisk_disk() { echo "disk=format=raw,vdev=$1,access=rw,backend=driver,backendtype=qdisk,target=/disks/$2.img"; }

mkdir -p "$WORK/disks"
truncate -s 4M "$WORK/disks/data.img"
/payload/bin/pattern-disk count "$WORK/disks/pattern.img" 24 > /dev/null
# shellcheck disable=SC2016 # the driver domain's
make_driver_files 'for name in strict linger hook; do for kind in phy qdisk; do cp data.img $name-$kind.img; done; done'
start_driver driver
driver=/local/domain/$(id_of driver)/backend

# take NAME MODE ORDER: a system takes over xvde and xvdf of dom0, and xvdg and xvdh of the driver domain.
take() {
  own_drivers "$1" "$2" "$3 pvh" type=pvh "$(phy_disk xvdg "$1-phy")" "$(qdisk_disk xvdh "$1-qdisk")"
  expect_line "$OUT/$1/debug" "xenpv: hand-over: $2 "
  expect_line "$OUT/$1/debug" "xenpv: xvdg: connected in .*: backend $driver/vbd/"
  expect_line "$OUT/$1/debug" "xenpv: xvdh: connected in .*: backend $driver/qdisk/"
}

take strict strict order=none
expect_takeover strict 0
start_hook
take hook hook order=freebsd
stop_hook
expect_takeover hook 4
expect_line "$OUT/hook.log" ': handed over: trigger=0x10/read disks=4 closed=4 '
# The disks are open: this shows that they are used without a connection for each call.
take linger linger order=none
expect_no_takeover linger

#### It dies ####

# The program reads dom0's xvdf and the driver domain's xvdg in turn, about once a second, and checks the data.
program=$(image chances)
printf 'turns=12 ' | dd of="$program" bs=512 seek=1 conv=notrunc status=none
vm_config "$WORK/vm.cfg" type=pvh disk="format=raw,vdev=xvde,access=rw,target=$program" \
  disk="format=raw,vdev=xvdf,access=rw,target=$WORK/disks/pattern.img" "$(phy_disk xvdg pattern)"
cat > "$WORK/kill" << END
until grep -aq '^TURN 4' $OUT/dies/debug; do sleep 0.5; done
xl destroy $(id_of driver)
END
mkdir -p "$OUT/dies"
: > "$OUT/dies/debug"
vm_run -a 1 -l 300 -o "$OUT/dies" -u '^DONE ' -p "$(wish strict); bash $WORK/kill > $OUT/dies/kill 2>&1 &" "$WORK/vm.cfg"
expect_line "$OUT/dies/debug" '^DONE passed=[1-9][0-9]* failed=0' "$(grep -am1 ^FAIL "$OUT/dies/debug" || true)"
expect_line "$OUT/dies/debug" '^C 81( 00){12}.?$' "a read of dom0's disk fails"
expect_line "$OUT/dies/debug" '^C 82( 00){3,}( [1-9a-f][0-9a-f])+.?$' "the driver domain's disk does not go, or does not fail"
cp "/var/log/xen/guest-driver.log" "$OUT/driver.console"
