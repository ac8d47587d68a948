# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# What can go wrong before the lab has its packages. tests/build/run sources this file, with its folder work
# and its function verdict. Nothing is downloaded: apt sees archives that are folders.

: "${work:?}"

# The version of Xen that comes from another Debian release than this machine's, and that release.
foreign=4.20 foreign_release=trixie
if grep -qx "VERSION_CODENAME=$foreign_release" /etc/os-release; then foreign=4.17 foreign_release=bookworm; fi

# lab_refuses REGEX [NAME=VALUE]... COMMAND...: whether the command fails, and its only line on stderr matches.
lab_refuses() {
  local line=$1
  shift
  ! env "$@" >"$work/log.out" 2>"$work/log" && [ "$(wc -l <"$work/log")" -eq 1 ] && grep -qE -- "^lab: $line" "$work/log"
}

# use_archive RELEASE...: let apt know an archive of Debian with these releases, none of them signed.
use_archive() {
  local release packages
  rm -rf "$work/apt" "$work/archive"
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,none} "$work/archive"
  : >"$work/apt/status"
  cat >"$work/apt/apt.conf" <<END
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Dir::Etc::sourcelist "$PWD/$work/apt/sources.list";
Dir::Etc::sourceparts "$PWD/$work/apt/none";
Dir::State "$PWD/$work/apt";
Dir::State::lists "$PWD/$work/apt/lists";
Dir::State::status "$PWD/$work/apt/status";
Dir::Cache "$PWD/$work/apt/cache";
#clear APT::Update;
END
  for release in "$@"; do
    packages=main/binary-amd64/Packages
    mkdir -p "$work/archive/dists/$release/${packages%/*}"
    printf 'Package: nothing\nVersion: 1\nArchitecture: amd64\nMaintainer: none\nFilename: nothing.deb\nSize: 1\n' \
      >"$work/archive/dists/$release/$packages"
    (
      cd "$work/archive/dists/$release" || exit 1
      printf 'Origin: Debian\nLabel: Debian\nSuite: %s\nCodename: %s\nArchitectures: amd64\nComponents: main\n' "$release" "$release"
      printf 'Date: %s\nSHA256:\n %s %s %s\n' "$(date -uR)" "$(sha256sum <$packages | cut -d ' ' -f 1)" "$(stat -c %s $packages)" $packages
    ) >"$work/Release"
    mv "$work/Release" "$work/archive/dists/$release/"
  done
  # The machine's own lists are trusted, whatever their source.
  [ $# -eq 0 ] || echo "deb [trusted=yes] file:$PWD/$work/archive $1 main" >"$work/apt/sources.list"
  [ $# -eq 0 ] || apt-get -qq -c "$work/apt/apt.conf" update >>"$work/log" 2>&1
}

# The command that builds the lab with apt's view of use_archive.
build_foreign_lab=(APT_CONFIG="$PWD/$work/apt/apt.conf" LAB_DIR="$PWD/$work/lab" XEN="$foreign" scripts/lab build)

problem=
for command in "scripts/lab build" "tests/lab/run list" "tests/lab/make-tools $work/tools"; do
  # shellcheck disable=SC2086 # a command and its arguments
  lab_refuses 'XEN=4\.16 is unknown: choose ' XEN=4.16 $command || problem+=" XEN, $command"
  # shellcheck disable=SC2086
  lab_refuses 'XENSTORED=other is unknown: choose ' XENSTORED=other $command || problem+=" XENSTORED, $command"
done
if [ -z "$problem" ]; then
  verdict ok another_xen_and_another_xenstored_are_refused_with_one_line
else
  verdict "not ok" "another_xen_and_another_xenstored_are_refused_with_one_line:$problem: see $work/log"
fi

mkdir -p "$work/scenarios"
printf '#!/bin/bash\n# about: nothing\n# xen: 4.16: a reason\nexit 1\n' >"$work/scenarios/only.sh"
if ! LAB_SCENARIOS=$work/scenarios tests/lab/run only >"$work/log" 2>&1 &&
  grep -qE '^only: not for Xen 4\.[0-9]+: a reason$' "$work/log" && ! grep -q 'passed' "$work/log"; then
  verdict ok a_scenario_for_another_xen_is_reported_with_its_reason
else
  verdict "not ok" "a_scenario_for_another_xen_is_reported_with_its_reason: see $work/log"
fi

rm -rf "$work/lab"
use_archive
if lab_refuses 'apt has no package lists of Debian: name an archive ' "${build_foreign_lab[@]}"; then
  verdict ok a_lab_of_another_release_without_an_archive_says_what_to_do
else
  verdict "not ok" "a_lab_of_another_release_without_an_archive_says_what_to_do: see $work/log"
fi

use_archive sarge
if lab_refuses "the lab has packages of Debian $foreign_release, which apt does not get from file:.*: name an archive " \
  "${build_foreign_lab[@]}"; then
  verdict ok a_lab_of_a_release_that_the_archive_does_not_have_says_what_to_do
else
  verdict "not ok" "a_lab_of_a_release_that_the_archive_does_not_have_says_what_to_do: see $work/log"
fi

use_archive sarge "$foreign_release"
if lab_refuses "the lab has packages of Debian .*not signed" "${build_foreign_lab[@]}"; then
  verdict ok a_lab_takes_no_release_without_the_signature_of_debian
else
  verdict "not ok" "a_lab_takes_no_release_without_the_signature_of_debian: see $work/log"
fi

mkdir -p "$work/lab/root/usr/lib/xen-4.16"
if lab_refuses '.*/lab has the parts of another Xen than ' "${build_foreign_lab[@]}"; then
  verdict ok the_parts_of_two_versions_of_xen_are_not_mixed
else
  verdict "not ok" "the_parts_of_two_versions_of_xen_are_not_mixed: see $work/log"
fi

# add_scenario NAME LINE: a scenario with this line at its head.
add_scenario() { printf '#!/bin/bash\n# about: nothing\n%s\nexit 1\n' "$2" >"$work/scenarios/$1.sh"; }

# lists_scenarios NAMES [NAME=VALUE]...: whether these are the scenarios that are listed under that setting.
lists_scenarios() {
  local names=$1
  shift
  [ "$(env LAB_SCENARIOS="$work/scenarios" "$@" tests/lab/run list 2>"$work/log" | awk '{ print $1 }' | xargs)" = "$names" ]
}

rm -f "$work"/scenarios/*
add_scenario in-both '# also: one two'
add_scenario in-two '# also: two'
add_scenario in-none '# set: full'
if lists_scenarios "in-both in-none in-two" LAB_SET= && lists_scenarios "in-both" LAB_SET=one &&
  lists_scenarios "in-both in-two" LAB_SET=two FULL=1 && lists_scenarios "" LAB_SET=tw &&
  lab_refuses "no scenario is in the set 'tw'" LAB_SCENARIOS="$work/scenarios" LAB_SET=tw tests/lab/run; then
  verdict ok a_set_has_the_scenarios_that_name_it
else
  verdict "not ok" "a_set_has_the_scenarios_that_name_it: see $work/log"
fi
