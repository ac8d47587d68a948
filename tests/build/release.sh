# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# What a commit lacks for a release. tests/build/run sources this file, with its folder work and its function verdict.
# The commit is one of a small repository with what scripts/check-version reads.

: "${work:?}"

release=$work/release

in_release() {
  git -C "$release" -c user.name=test -c user.email=test@example.org -c commit.gpgsign=false "$@"
}

# The state in which version 1.2.3 can be released.
make_release() {
  rm -rf "$release"
  mkdir -p "$release"/{scripts,debian,build}
  cp scripts/check-version "$release/scripts/"
  echo 1.2.3 >"$release/VERSION"
  echo /build >"$release/.gitignore"
  printf '# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [1.2.3] - 2026-02-28\n\n- A change.\n' >"$release/CHANGELOG.md"
  printf 'seabios-xenpv (1.2.3-1) unstable; urgency=medium\n' >"$release/debian/changelog"
  echo 'version 1.16.2-seabios-xenpv-1.2.3' | tee "$release/build/bios.bin" >"$release/build/bios-pvh.elf"
  printf '#!/bin/sh\necho xenpv-hookd 1.2.3\n' >"$release/build/xenpv-hookd"
  chmod +x "$release/build/xenpv-hookd"
  in_release init -q -b release && in_release add . && in_release commit -qm release
}

# fault COMPLAINT COMMAND...: after this command, run in the repository, exactly this one fault is named. What the
# command changes in the files of the commit is committed.
fault() {
  local complaint=$1
  shift
  make_release >"$work/log" 2>&1
  (cd "$release" && "$@") >>"$work/log" 2>&1
  in_release commit -qam change >>"$work/log" 2>&1
  names "$complaint"
}

names() {
  ! "$release/scripts/check-version" --release >"$work/log" 2>&1 && [ "$(wc -l <"$work/log")" -eq 1 ] &&
    grep -qE "^check-version: $1" "$work/log" || problem+=" '$1'"
}

problem=
make_release >"$work/log" 2>&1
"$release/scripts/check-version" --release >>"$work/log" 2>&1 || problem+=" a release"
in_release tag v1.2.3
"$release/scripts/check-version" --release >>"$work/log" 2>&1 || problem+=" the tag"
in_release commit -q --allow-empty -m later
names 'the tag v1\.2\.3 is on another commit'
fault 'files have changed' touch new
make_release >"$work/log" 2>&1
echo >>"$release/CHANGELOG.md"
names 'files have changed'
fault 'CHANGELOG\.md has changes that are not released' sed -i 's/^### Added$/&\n\n- A change./' CHANGELOG.md
fault 'CHANGELOG\.md has changes that are not released' sed -i 's/^### Added$/&\n\n* A change./' CHANGELOG.md
fault 'the section \[1\.2\.3\] of CHANGELOG\.md has no date ' sed -i 's/ - 2026-02-28$//' CHANGELOG.md
fault 'the section \[1\.2\.3\] of CHANGELOG\.md has no date ' sed -i 's/2026-02-28$/2026-02-30/' CHANGELOG.md
fault 'the package of debian/changelog is UNRELEASED' sed -i 's/unstable/UNRELEASED/' debian/changelog
fault 'debian/changelog begins with version 1\.2\.4-1, not ' sed -i 's/1\.2\.3-1/1.2.4-1/' debian/changelog
fault 'debian/changelog begins with version 1\.2\.3, not ' sed -i 's/1\.2\.3-1/1.2.3/' debian/changelog
fault 'the banner in build/bios\.bin is not that of 1\.2\.3' sed -i 's/1\.2\.3/1.2.2/' build/bios.bin
fault 'the banner in build/bios-pvh\.elf is not that of 1\.2\.3' sed -i 's/1\.2\.3/1.2.2/' build/bios-pvh.elf
fault 'build/xenpv-hookd is xenpv-hookd 1\.2\.2, not 1\.2\.3' sed -i 's/1\.2\.3/1.2.2/' build/xenpv-hookd
fault 'there is no build/xenpv-hookd' rm build/xenpv-hookd
if [ -z "$problem" ]; then
  verdict ok each_fault_of_a_release_is_named
else
  verdict "not ok" "each_fault_of_a_release_is_named:$problem: see $work/log"
fi
