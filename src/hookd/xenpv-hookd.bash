# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Completion of xenpv-hookd in bash: its options, names of domains after --status and --log, paths after --xl.

_xenpv_hookd() {
  local word=$2 before=$3 domain=no
  COMPREPLY=()
  case $before in
    -l | --limit) return ;;
    -x | --xl)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--foreground --limit --release --status --json --log --xl --verbose --help --version" -- "$word")
    return
  fi
  case " ${COMP_WORDS[*]:1} " in
    *' -s '* | *' --status '* | *' -L '* | *' --log '*) domain=yes ;;
  esac
  if [[ $domain == yes ]]; then
    # The first line is a heading, and the first domain is dom0.
    mapfile -t COMPREPLY < <(compgen -W "$(xl list 2> /dev/null | awk 'NR > 2 { print $1 }')" -- "$word")
  fi
}
complete -F _xenpv_hookd xenpv-hookd
