# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Where SeaBIOS' sources come from. tests/build/run sources this file after lab.sh, with its folder work and
# its function verdict. Nothing is downloaded: apt sees archives that are folders.

: "${work:?}"

# fetch_from_archive NAME: fetch with apt's view of use_archive, to a new folder.
fetch_from_archive() {
  APT_CONFIG="$PWD/$work/apt/apt.conf" scripts/fetch-seabios --download "$work/fetched-$1" >"$work/fetch-$1" 2>&1
}

# fails_once NAME REGEX: whether the fetch failed with one line.
fails_once() {
  grep -v '^fetching the source' "$work/fetch-$1" >"$work/log"
  [ "$(wc -l <"$work/log")" -eq 1 ] && grep -qE -- "^fetch-seabios: $2" "$work/log"
}

files=(build/downloads/seabios_*)
pool=$work/archive/pool/main/s/seabios
problem=
for suite in oldstable trixie snapshot; do
  use_archive "$suite"
  mkdir -p "$pool" && cp "${files[@]}" "$pool/"
  { fetch_from_archive "$suite" && diff -r "$work/fetched-$suite" build/downloads; } >>"$work/log" 2>&1 || problem+=" $suite"
done
# A list of mirrors, as in Debian's images for clouds. The first of them has gone.
printf '# mirrors\nfile:%s/gone\nfile:%s/archive\n' "$PWD/$work" "$PWD/$work" >"$work/mirrors"
echo "deb [trusted=yes] mirror+file:$PWD/$work/mirrors $suite main" >"$work/apt/sources.list"
apt-get -qq -c "$work/apt/apt.conf" update >>"$work/log" 2>&1
{ fetch_from_archive mirrors && diff -r "$work/fetched-mirrors" build/downloads; } >>"$work/log" 2>&1 || problem+=" mirrors"
if [ -z "$problem" ]; then
  verdict ok the_pinned_sources_come_from_any_archive_that_has_them
else
  verdict "not ok" "the_pinned_sources_come_from_any_archive_that_has_them:$problem: see $work/fetch-*"
fi

problem=
use_archive bookworm
{ ! fetch_from_archive dropped && fails_once dropped 'no archive of Debian .* has seabios .*make SEABIOS_SOURCE=DIR'; } || problem+=" dropped"
mkdir -p "$pool" && cp "${files[@]}" "$pool/" && echo changed >>"$pool/seabios_1.16.2.orig.tar.gz"
{ ! fetch_from_archive changed && fails_once changed 'no archive of Debian .* has seabios .*(Hash Sum mismatch|Undetermined Error)' &&
  [ ! -e "$work/fetched-changed/seabios_1.16.2.orig.tar.gz" ]; } || problem+=" changed"
use_archive
{ ! fetch_from_archive none && fails_once none 'apt has no package lists of Debian: '; } || problem+=" none"
if [ -z "$problem" ]; then
  verdict ok a_fetch_that_cannot_succeed_says_what_to_do_in_one_line
else
  verdict "not ok" "a_fetch_that_cannot_succeed_says_what_to_do_in_one_line:$problem: see $work/fetch-*"
fi
