#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a PVH guest with memory up to 4 GiB or above has all of it in e820, E801 and 88h
# set: full
# memory: 9216
. /payload/tests/lib.sh
. /payload/tests/pvh-memory-common.sh

memory_check 3994 1021
memory_check 5120 1021
