# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a guest boots although its device directories contain nonsense, and the log names each fault
# also: oxenstored
. /payload/tests/lib.sh

# A disk, the keys that its backend writes wrongly (see hostile-backend), and the line that the
# firmware has to log.
cases=(
  "xvdf sectors=0 xvdf: invalid size: 0 sectors"
  "xvdg sectors=-5 xvdg: not used: reading its properties: EINVAL"
  "xvdh sectors= xvdh: not used: reading its properties: EINVAL"
  "xvdi sectors xvdi: not used: reading its properties: ENOENT"
  "xvdj sectors=99999999999999999999999999 xvdj: not used: reading its properties: EINVAL"
  "xvdk sectors=9223372036854775808 xvdk: connected in "
  "xvdl sector-size=0 xvdl: invalid size: .* sector-size 0"
  "xvdm sector-size=511 xvdm: invalid size: .* sector-size 511"
  "xvdn sector-size=2147483648 xvdn: invalid size: .* sector-size 2147483648"
  "xvdo sector-size=4096 xvdo: connected in .*blocks larger than a sector"
  "xvdv multi-queue-max-queues xvdv: left alone: its backend .* is of a kind that is not known"
)

arguments=()
for case in "${cases[@]}"; do
  read -r vdev keys _ <<< "$case"
  arguments+=("$vdev=none,$keys")
done

# Directories that no toolstack would write. The quoted part runs in dom0 while the domain is
# paused.
{
  echo "/payload/bin/hostile-backend \$DOMID ${arguments[*]} > $OUT/backend 2>&1"
  cat << 'END'
front=/local/domain/$DOMID/device/vbd
back=/local/domain/0/backend/hostile/$DOMID
disk() {
  local number=$1
  shift
  xenstore-write "$front/$number/device-type" disk "$front/$number/state" 1
  while [[ $# -gt 0 ]]; do
    xenstore-write "$front/$number/$1" "$2"
    shift 2
  done
  xenstore-chmod -r "$front/$number" "n$DOMID" r0
}
long=$(printf 'x%.0s' {1..300})
disk abc backend "$back/abc" backend-id 0
disk 4294967296 backend "$back/1" backend-id 0
disk 99 backend "$back/1" backend-id 0
disk 51777 backend "$back/1" backend-id 0                   # a partition: xvde1
disk 51952 backend-id 0                                     # xvdp: no backend
disk 268439552 backend "$back/$long" backend-id 0           # xvdq: a path that is too long
disk 268439808 backend "$back/1" backend-id 0x0             # xvdr
disk 268440064 backend "$back/1" backend-id 40000           # xvds: no domain has this id
disk 268440320 backend "$back/1" backend-id 0 device-type "$long" # xvdt
disk 268440576 backend "$back/jumps" backend-id 0           # xvdu: a state that keeps changing
xenstore-write "$back/jumps/state" banana
xenstore-chmod -r "$back" n0 "r$DOMID"
(while xenstore-exists "/local/domain/$DOMID/vm"; do
  for state in banana '' 6 -1 5 1 99999999999999999999 3 7 9; do
    xenstore-write "$back/jumps/state" "$state" "$front/junk$RANDOM" "$long" || break
  done
done) > /dev/null 2>&1 &
END
} > "$WORK/hostile"

vm_config "$WORK/vm.cfg" disk="format=raw,vdev=xvde,access=rw,target=$(image arrived)"
vm_run -l 180 -u '^DONE ' -p "bash $WORK/hostile" "$WORK/vm.cfg"
killall hostile-backend 2> /dev/null || true

for case in "${cases[@]}"; do
  read -r vdev keys expected <<< "$case"
  expect_line "$OUT/debug" "^xenpv: $expected" "$vdev with $keys: not as expected: $(grep "$vdev: " "$OUT/debug" | tail -n 1)"
done
expect_line "$OUT/debug" 'device/vbd/abc: skipped: not the number of a disk'
expect_line "$OUT/debug" 'device/vbd/4294967296: skipped: not the number of a disk'
expect_line "$OUT/debug" 'device/vbd/99: skipped: not the number of a disk'
expect_line "$OUT/debug" 'xvde1: skipped: a partition'
expect_line "$OUT/debug" 'xvdp: skipped: cannot read its backend: ENOENT'
expect_line "$OUT/debug" 'xvdq: skipped: cannot read its backend: E2BIG'
expect_line "$OUT/debug" 'xvdr: skipped: cannot read its backend: EINVAL'
expect_line "$OUT/debug" 'xvds: skipped: cannot read its backend: EINVAL'
expect_line "$OUT/debug" 'xvdt: skipped: cannot read its device-type: E2BIG'
expect_line "$OUT/debug" 'xvdu: (left alone|not used): '
expect_line "$OUT/debug" '3 of 1[0-9] PV disks ready'
expect_line "$OUT/$GUEST_LOG" '^ARRIVED from drive 80' "the good disk did not boot"
