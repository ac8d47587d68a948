# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The tarball of a release, and what a release needs. tests/build/run sources this file, with its folder work and
# its function verdict.

: "${work:?}"

# The second one is made of files with other times and permissions, in a folder that git does not know.
name=seabios-xenpv-$(cat VERSION)
rm -rf "$work/dist" && mkdir -p "$work/dist/tree"
problem=
scripts/dist "$work/dist/first/$name.tar.xz" >"$work/log" 2>&1 || problem+=" first"
tar -xf "$work/dist/first/$name.tar.xz" -C "$work/dist/tree" --strip-components=1 >>"$work/log" 2>&1 || problem+=" unpacking"
find "$work/dist/tree" -exec touch -d 2001-02-03 {} + -exec chmod go-rwx {} +
mkdir -p "$work/dist/tree/build" && touch "$work/dist/tree/build/left-over"
(cd "$work/dist/tree" && GIT_CEILING_DIRECTORIES=$PWD scripts/dist "../second/$name.tar.xz") >>"$work/log" 2>&1 || problem+=" second"
cmp "$work/dist/first/$name.tar.xz" "$work/dist/second/$name.tar.xz" >>"$work/log" 2>&1 || problem+=" bytes"
# GNU tar 1.35 left fields empty in the headers of the other formats that 1.34 had filled: only this one stayed the same.
[ "$(xz -dc "$work/dist/first/$name.tar.xz" 2>>"$work/log" | od -An -c -j 257 -N 8 | tr -d ' ')" = 'ustar\0' ] || problem+=" format"
diff <(git ls-files | sort) <(tar -tf "$work/dist/first/$name.tar.xz" | sed "s,^$name/,," | sort) >>"$work/log" || problem+=" files"
if [ -z "$problem" ]; then
  verdict ok two_tarballs_of_the_sources_are_the_same
else
  verdict "not ok" "two_tarballs_of_the_sources_are_the_same:$problem: see $work/log"
fi

# version_is_wrong REGEX: whether the only complaint about the tree's versions matches.
version_is_wrong() {
  ! "$work/dist/tree/scripts/check-version" >"$work/log" 2>&1 && [ "$(wc -l <"$work/log")" -eq 1 ] && grep -q "^check-version: $1" "$work/log"
}
problem=
"$work/dist/tree/scripts/check-version" >"$work/log" 2>&1 || problem+=" as it is"
cp "$work/dist/tree/debian/changelog" "$work/dist/changelog"
sed -i '1s/(.*)/(9.8.7-1)/' "$work/dist/tree/debian/changelog"
version_is_wrong 'debian/changelog begins with version 9\.8\.7-1, ' || problem+=" package"
echo 9.8.7 >"$work/dist/tree/VERSION"
version_is_wrong 'CHANGELOG\.md has no section \[9\.8\.7\]$' || problem+=" changelog"
cp "$work/dist/changelog" "$work/dist/tree/debian/changelog"
echo 9.8 >"$work/dist/tree/VERSION"
! "$work/dist/tree/scripts/check-version" >"$work/log" 2>&1 && grep -q '^check-version: VERSION has "9.8"' "$work/log" || problem+=" form"
if [ -z "$problem" ]; then
  verdict ok a_version_that_differs_is_named
else
  verdict "not ok" "a_version_that_differs_is_named:$problem: see $work/log"
fi
