# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For vm_run -p, with DOMID set:  bash /payload/tests/dead-disks.sh NUMBER...
#
# Give the domain PV disks with these numbers (xen-vbd-interface(7)), whose backends stay in state
# 1, since no toolstack creates a disk without a backend. Blkback and QEMU do not watch the
# directories of these backends, and so do not answer. Remove the directories afterwards with
#     xenstore-rm /local/domain/0/backend/absent
set -euo pipefail

for number in "$@"; do
  front=/local/domain/$DOMID/device/vbd/$number
  back=/local/domain/0/backend/absent/$DOMID/$number
  xenstore-write "$front/backend" "$back" "$front/backend-id" 0 "$front/state" 1 \
    "$front/virtual-device" "$number" "$front/device-type" disk
  xenstore-write "$back/frontend" "$front" "$back/frontend-id" "$DOMID" "$back/online" 1 \
    "$back/state" 1 "$back/dev" dead "$back/mode" w "$back/device-type" disk
  # The owner first, then the reader, as xl does it.
  xenstore-chmod -r "$front" "n$DOMID" r0
  xenstore-chmod -r "$back" n0 "r$DOMID"
done
xenstore-ls -p "/local/domain/$DOMID/device/vbd"
