# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# For the scenarios whose dom0 is an installed Debian ("# dom0: debian"), which installs the packages of make deb.
# Its own scripts start Xen's services, and its own hotplug scripts serve xl. Sourced after hook-common.sh.

package_names=(seabios-xenpv xenpv-hookd seabios-xenpv-doc)
documents=/usr/share/doc/seabios-xenpv
# shellcheck disable=SC2034 # lib.sh uses it: guests have the installed BIOS
BIOS=/usr/share/seabios-xenpv/bios.bin

# documented FILE COMMAND: run the command in the current folder, as an administrator does who copies it from this
# document, and answers a question of apt with yes. The packages with the documents have to be there before or after it.
documented() {
  local line=$2 status=0 before=no
  note "# $line"
  if [[ -e $documents/$1 ]]; then
    before=yes
    expect_documented "$@"
  fi
  bash -c "$line" > "$OUT/command" 2>&1 <<< y || status=$?
  cat "$OUT/command" >> "$OUT/commands"
  [[ $status == 0 ]] || fail "status $status: $line: $(last_line "$OUT/command")"
  [[ $before == yes ]] || expect_documented "$@"
}

expect_documented() { grep -qxF -- "$2" "$documents/$1" || fail "$1 does not have the command: $2"; }

# expect_explained REGEX: the document about troubles has this line.
expect_explained() { expect_line "$documents/docs/admin/troubleshooting.md" "$1"; }

# newer_packages FOLDER VERSION: make the same packages with another version in the folder.
newer_packages() {
  local name unpacked
  mkdir -p "$1"
  for name in "${package_names[@]}"; do
    unpacked=$WORK/unpacked
    dpkg-deb -R "/payload/debs/$name"_*.deb "$unpacked"
    sed -i "s/^Version: .*/Version: $2/" "$unpacked/DEBIAN/control"
    dpkg-deb -Znone -b "$unpacked" "$1/${name}_$2_newer.deb" > /dev/null
    rm -r "$unpacked"
  done
}

# However a scenario ends, the next one finds dom0 without the packages.
remove_packages() { apt-get -qq -y purge "${package_names[@]}" > /dev/null 2>&1 || true; }

version_of() { dpkg-query -W -f '${Version}' "$1"; }
unit() { systemctl show -P "$1" xenpv-hookd.service; }

# The daemon's lines in the journal.
daemon_log() { journalctl -q -o cat -u xenpv-hookd.service; }

# keep_journal: write the journal to OUT, which the host keeps.
keep_journal() { journalctl -b -q -o short-monotonic > "$OUT/journal" 2>&1; }

expect_no_failed_units() {
  expect_same "failed units" "" "$(systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 | xargs)"
}

# expect_daemon: the daemon runs, is enabled, and answers.
expect_daemon() {
  expect_same "the unit" "active running enabled" "$(unit ActiveState) $(unit SubState) $(unit UnitFileState)"
  xenpv-hookd --status > "$OUT/status" 2>&1 || fail "--status: $(last_line "$OUT/status")"
  expect_no_failed_units
}

# system_state: print what packages may leave behind: files with their owners, the contents of the settings, the names
# of what dpkg and systemd know. Logs, caches and what is for the scenario do not count.
system_state() {
  local skipped=(/proc /sys /dev /tmp /run /payload /lab /root /var/cache /var/log /var/lib/apt /var/lib/systemd/timers)
  local prune=() folder
  for folder in "${skipped[@]}"; do prune+=(-path "$folder" -o); done
  find / \( "${prune[@]}" -path '/var/lib/dpkg/*' ! -path '/var/lib/dpkg/info*' \) -prune -o -printf '%p %y %m %u:%g %l\n' | sort
  find /etc -type f -exec cksum {} + | sort
  find /run -name '*xenpv*' ! -path '/run/systemd/*' | sort
  dpkg-query -W -f '${Package} ${Status}\n'
  systemctl list-unit-files --plain --no-legend | sort
  systemctl list-units --all --plain --no-legend 'xenpv*'
  xenstore-ls -f | grep xenpv || true
  pidof xenpv-hookd || true
}
