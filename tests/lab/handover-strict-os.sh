#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a system that takes only untouched disks finds them so, unless the firmware was to linger
. /payload/tests/lib.sh
. /payload/tests/handover-common.sh

# The proof that this program sees what it looks for.
own_drivers linger linger 'order=freebsd'
expect_not_taken linger
# And that it takes disks that are as they should be: its boot loader told the firmware.
own_drivers announced linger 'order=freebsd announce'
expect_taken announced 0
