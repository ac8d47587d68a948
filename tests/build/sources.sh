# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Other versions of SeaBIOS than the pinned one. tests/build/run sources this file, with its folder work and its
# functions verdict and use. The versions are the pinned one with what others lack taken away.

: "${work:?}"

rm -rf "$work/other" && cp -a build/seabios-source "$work/other"

# misfits FILE PROBLEM: whether the sources are refused with one line, before anything is compiled.
misfits() {
  ! use "$work/other" && [ "$(wc -l <"$work/log")" -eq 1 ] &&
    grep -q "^use-seabios: this version of SeaBIOS does not fit: $work/other/$1, which seam/${1##*/} includes, $2$" "$work/log"
}
problem=
use "$work/other" || problem+=" the pinned version"
sed -i 's/\bhandle_19\b/handle_boot/' "$work/other/src/boot.c"
misfits src/boot.c 'has no handle_19' || problem+=" a name"
rm "$work/other/src/apm.c"
misfits src/apm.c 'does not exist' || problem+=" a file"
if [ -z "$problem" ]; then
  verdict ok a_version_that_a_seam_does_not_fit_stops_the_build_with_one_line
else
  verdict "not ok" "a_version_that_a_seam_does_not_fit_stops_the_build_with_one_line:$problem: see $work/log"
fi

# After 1.17.0 SeaBIOS' Makefile no longer names the compiler of ACPI tables.
cp build/seabios-source/src/{boot,apm}.c "$work/other/src/"
sed -i '/^IASL/d' "$work/other/Makefile"
table=src/seabios/acpi/acpi_device.inc
mkdir -p "$work/iasl" && cp build/seabios/.config "$work/iasl/"
if ! grep -q '^IASL' "$work/other/Makefile" &&
  make -C "$work/other" -f "$PWD/src/seabios/seabios.mk" OUT="$PWD/$work/iasl/" KCONFIG_CONFIG="$PWD/$work/iasl/.config" \
    XENPV_ROOT="$PWD" PYTHON="python3 -B" "$PWD/$work/iasl/$table" >"$work/log" 2>&1 &&
  cmp "$work/iasl/$table" "build/seabios/$table" >>"$work/log" 2>&1; then
  verdict ok the_acpi_table_is_compiled_where_seabios_compiles_none
else
  verdict "not ok" "the_acpi_table_is_compiled_where_seabios_compiles_none: see $work/log"
fi
