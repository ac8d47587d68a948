# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The ROM as the default of all guests of a host, with the commands of docs/admin/toolstacks.md. tests/build/run sources
# this file, with its folder work and its function verdict. dpkg works on a folder that has only packages of this file.

: "${work:?}"

host=$PWD/$work/host stock=/usr/share/seabios/bios-256k.bin ours=/usr/local/share/seabios-xenpv/bios.bin
rm -rf "$host" "$work/packages"
mkdir -p "$host/var/lib/dpkg/info" "$host/var/lib/dpkg/updates" "$host${ours%/*}" "$work/packages"
touch "$host/var/lib/dpkg/status" "$host/var/lib/dpkg/available"
echo ours >"$host$ours"

# install_stock VERSION: install a package seabios, whose ROM is this text.
install_stock() {
  local package=$work/packages/$1
  mkdir -p "$package/DEBIAN" "$package${stock%/*}"
  echo "$1" >"$package$stock"
  printf 'Package: seabios\nVersion: %s\nArchitecture: all\nMaintainer: test <test@example.org>\nDescription: test\n' "$1" \
    >"$package/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$package" "$package.deb"
  PATH=$PATH:/usr/sbin:/sbin dpkg --root="$host" --force-not-root -i "$package.deb"
}

# commands_of HEADING: the first block of code below it.
commands_of() {
  awk -v heading="$1" '/^##/ { found = $0 ~ "^#+ " heading "$" }
    /^```/ && found { if (inside) exit; inside = 1; next } inside' docs/admin/toolstacks.md
}

# follow HEADING: run these commands on the folder.
# shellcheck disable=SC2317 # the commands call these functions
follow() (
  dpkg-divert() { command dpkg-divert --root="$host" "$@"; }
  ln() { command ln "$1" "${2/#\/usr/$host\/usr}" "$host$3"; }
  rm() { command rm "$host$1"; }
  commands=$(commands_of "$1")
  [ -n "$commands" ] && eval "$commands"
)

# rom_is TEXT: whether xl loads this ROM. A failed command has printed its own message.
rom_is() {
  [ "$(cat "$host$stock")" = "$1" ] || problem+=" after $2 the ROM is '$(cat "$host$stock" 2>&1)'"
}
problem=
{
  install_stock 1 && rom_is 1 "the installation" &&
    follow "All guests of a host" && rom_is ours "the change" &&
    install_stock 2 && rom_is ours "an upgrade" && [ "$(cat "$host$stock.distrib")" = 2 ] &&
    follow "The way back" && rom_is 2 "the way back" &&
    install_stock 3 && rom_is 3 "the next upgrade" && [ ! -e "$host$stock.distrib" ] || problem+=" a command failed"
} >"$work/log" 2>&1
if [ -z "$problem" ]; then
  verdict ok the_default_rom_of_a_host_is_replaced_and_comes_back_with_upgrades_between
else
  verdict "not ok" "the_default_rom_of_a_host_is_replaced_and_comes_back_with_upgrades_between:$problem: see $work/log"
fi
