#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a program in a guest without VGA gets a screen and keys on the PV console: each character, colour and key
. /payload/tests/lib.sh
. /payload/tests/hook-common.sh
. /payload/tests/console-common.sh
. /payload/tests/console-dos-common.sh

use_dos dos
