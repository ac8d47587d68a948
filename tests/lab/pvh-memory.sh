#!/bin/bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# about: a small PVH guest has its memory in e820, E801 and 88h, and its ACPI tables where an operating system looks
. /payload/tests/lib.sh
. /payload/tests/pvh-memory-common.sh

memory_check 8
memory_check 64
