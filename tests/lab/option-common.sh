# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Options in a guest's configuration (docs/admin/guests.md). Sourced after lib.sh.

# smbios FILE STRING...: write the file for smbios_firmware in a configuration, with these OEM
# strings: the length of a structure in four bytes, then the structure of type 11.
smbios() {
  local file=$1 length=6 string
  shift
  for string in "$@"; do length=$((length + ${#string} + 1)); done
  # shellcheck disable=SC2059 # the length is in the format
  printf "\\x$(printf %02x "$length")\\0\\0\\0\\13\\5\\0\\0\\$(printf %o $#)" > "$file"
  printf '%s\0' "$@" >> "$file"
  printf '\0' >> "$file"
}

# configured NAME=VALUE...: print the argument of vm_config that gives a guest these options.
configured() {
  if [[ $GUEST_TYPE == pvh ]]; then
    echo "cmdline=\"${*/#/xenpv.}\""
    return
  fi
  smbios "$WORK/smbios" "${@/#/xenpv.}"
  echo "smbios_firmware=\"$WORK/smbios\""
}
