# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# What a build does after VERSION is raised, as the first step of a release. tests/build/run sources this file, with
# its folder work, the finished build of a copy in work/tree, and its functions build_from_source and verdict.

: "${work:?}"

# banner_is FILE VERSION: whether the banner in this file of the copy ends on the version.
banner_is() {
  [ "$(strings -a "$work/tree/build/$1" | grep -cE -- "-seabios-xenpv-${2//./\\.}$")" -eq 1 ]
}

problem=
cp "$work/tree/VERSION" "$work/version"
echo 9.8.7 >"$work/tree/VERSION"
build_from_source || problem+=" build"
for file in bios.bin bios-pvh.elf; do
  banner_is "$file" 9.8.7 || problem+=" $file"
done
make --no-print-directory -n -W VERSION build/xenpv-hookd >"$work/log.daemon" 2>&1
grep -q -- ' -c src/hookd/options\.c ' "$work/log.daemon" && grep -q -- ' -o build/xenpv-hookd$' "$work/log.daemon" ||
  problem+=" daemon"
cp "$work/version" "$work/tree/VERSION"
if [ -z "$problem" ]; then
  verdict ok a_new_version_is_built_into_the_rom_and_the_daemon
else
  verdict "not ok" "a_new_version_is_built_into_the_rom_and_the_daemon:$problem: see $work/log, $work/log.daemon"
fi
