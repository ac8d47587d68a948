#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a program for DOS in a PVH guest gets a screen and keys on the PV console, also where it writes to memory at B8000h
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

# shellcheck disable=SC2034 # the common files use them
default_type=pvh boot_vdev=xvda
use_dos dos
