# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Figures of several rounds, and tables of their medians. Sourced after lib.sh.
#
#   figure PEER WHAT VALUE             keep a figure
#   median PEER WHAT [DIVISOR [FORMAT]]  print the median of these, divided; nothing if there are none
#   range PEER WHAT DIVISOR FORMAT     print "median (least to largest)" of these
#   row CELL...                        add a row to a Markdown table in the report

figure() { echo "$*" >> "$OUT/figures"; }

median() {
  awk -v peer="$1" -v what="$2" '$1 == peer && $2 == what { print $3 }' "$OUT/figures" | sort -n |
    awk -v divisor="${3:-1}" -v format="${4:-%d}" '{ value[NR] = $1 }
      END { if (NR) printf format, (value[int((NR + 1) / 2)] + value[int((NR + 2) / 2)]) / 2 / divisor }'
}

range() {
  awk -v peer="$1" -v what="$2" '$1 == peer && $2 == what { print $3 }' "$OUT/figures" | sort -n |
    awk -v divisor="$3" -v format="($4 to $4)" '{ value[NR] = $1 }
      END { if (NR) printf format, value[1] / divisor, value[NR] / divisor }' | sed "s/^/$(median "$@") /"
}

row() {
  {
    printf '|'
    printf ' %s |' "$@"
    echo
  } | tee -a "$OUT/report"
}
