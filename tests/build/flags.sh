# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# What the build does with the user's options of compiler and linker. tests/build/run sources this file, with
# its folder work and its function verdict.

: "${work:?}"

# shows COMMANDS NUMBER REGEX: whether exactly this number of lines of the file match.
shows() {
  [ "$(grep -cE -- "$3" "$work/$1")" -eq "$2" ]
}

# commands NAME ARGUMENT...: print to a file of this name how make would compile and link the daemon.
commands() {
  local name=$1
  shift
  make --no-print-directory -n -B V=1 "$@" build/xenpv-hookd >"$work/$name" 2>&1
}

all=$(find src/hookd -name '*.c' | wc -l)

commands flags CFLAGS='-O3 -DA="b c"' CPPFLAGS=-D_FORTIFY_SOURCE=3 LDFLAGS=-Wl,--as-needed
commands environment WERROR=
CFLAGS=-O0 commands unoptimised
if shows flags "$all" ' -O3 -DA="b c" -c src/hookd/' && shows flags "$all" '-D_FORTIFY_SOURCE=3 .*-c src/hookd/' &&
  shows flags 0 '_FORTIFY_SOURCE=2' && shows flags 1 ' -Wl,--as-needed .*-o build/xenpv-hookd' &&
  shows unoptimised "$all" ' -O0 -c src/hookd/' && shows unoptimised 0 '_FORTIFY_SOURCE' &&
  shows environment "$all" '-D_FORTIFY_SOURCE=2 .*-c src/hookd/' &&
  commands predefined CC='gcc -D_FORTIFY_SOURCE=3' && shows predefined 0 '_FORTIFY_SOURCE=2'; then
  verdict ok the_daemon_is_built_with_the_options_of_the_user
else
  verdict "not ok" "the_daemon_is_built_with_the_options_of_the_user: see $work"
fi

# werror_of GOAL: what make of this goal gives the compiler.
werror_of() {
  env -u WERROR make -pn "$1" 2>/dev/null | sed -n 's/^WERROR_FLAG := *//p'
}

commands check WERROR=1
if [ "$(werror_of check-style)" = -Werror ] && [ -z "$(werror_of help)" ] &&
  shows check "$all" ' -Werror .*-c src/hookd/' && shows environment 0 ' -Werror'; then
  verdict ok a_warning_stops_a_check_and_no_other_build
else
  verdict "not ok" "a_warning_stops_a_check_and_no_other_build: see $work/check, $work/environment"
fi

# The functions of the C library that check sizes are used, so _FORTIFY_SOURCE was in force.
make --no-print-directory build/xenpv-hookd >"$work/log" 2>&1
readelf -hldW --dyn-syms build/xenpv-hookd >"$work/elf" 2>&1
if grep -qE '^ *Type: *DYN ' "$work/elf" && grep -qE '\(FLAGS_1\).* NOW.* PIE' "$work/elf" &&
  grep -qE '^ +GNU_RELRO ' "$work/elf" && grep -qE ' __[a-z]+_chk@' "$work/elf" &&
  grep -q ' __stack_chk_fail@' "$work/elf"; then
  verdict ok the_daemon_is_hardened
else
  verdict "not ok" "the_daemon_is_hardened: see $work/elf"
fi
