# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The paths that documents name, after "make install" and in Debian's packages. tests/build/run sources this file, with
# its folder work, a finished build and its function verdict.

: "${work:?}"

rm -rf "$work/below-local" "$work/below-usr" "$work/documents"
for prefix in /usr/local /usr; do
  make --no-print-directory DESTDIR="$PWD/$work/below-${prefix##*/}" PREFIX="$prefix" install >"$work/log" 2>&1
done
for folder in documents below-usr/usr/share/doc/seabios-xenpv; do
  mkdir -p "$work/$folder" && cp -a README.md docs examples "$work/$folder/"
done

# absent ROOT FILE...: print each path of this project's files that these documents name, and that does not exist there.
# A line with "make install" says where that puts files, and the row of a package where it has them.
absent() {
  local root=$1 path
  shift
  grep -rhvE 'make install|^\| .seabios-xenpv. \|' -- "$@" | sed 's/\\-/-/g' |
    grep -oE '/usr/[a-z0-9./-]*(seabios-xenpv|xenpv-hookd)([a-z0-9./-]*[a-z0-9])?' | sort -u | while read -r path; do
    [ -e "$root$path" ] || echo "$path"
  done
}

mapfile -t local_pages < <(find "$work/below-local" -path '*/man/*' -type f)
mapfile -t usr_pages < <(find "$work/below-usr" -path '*/man/*' -type f)
problem=
[ ${#local_pages[@]} -eq 2 ] && [ ${#usr_pages[@]} -eq 2 ] || problem+=" no man pages"
diff <(cd "$work/below-local/usr/local" && find . -type f | sort) \
  <(cd "$work/below-usr/usr" && find . -path ./share/doc -prune -o -type f -print | sort) >"$work/log" ||
  problem+=" other files below /usr"
# Only the package has the documents: they name their own paths there.
for path in $(absent "$work/below-local" README.md docs examples "${local_pages[@]}" | grep -v '^/usr/share/doc/seabios-xenpv/'); do
  problem+=" $path"
done
if [ -z "$problem" ]; then
  verdict ok documents_name_files_that_make_install_has_installed
else
  verdict "not ok" "documents_name_files_that_make_install_has_installed:$problem"
fi

problem=
debian/package-paths "$work/documents" >"$work/log" 2>&1 || problem+=" package-paths"
for path in $(absent "$work/below-usr" "$work/documents" "${usr_pages[@]}"); do
  problem+=" $path"
done
! diff -r "$work/documents/examples" examples >/dev/null || problem+=" the examples are as they were"
if [ -z "$problem" ]; then
  verdict ok documents_of_the_package_name_files_of_the_packages
else
  verdict "not ok" "documents_of_the_package_name_files_of_the_packages:$problem: see $work/log"
fi
