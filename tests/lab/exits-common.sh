# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# Count the exits of a guest: how often its processor goes to Xen. It has to be the only guest. The
# counts are Xen's own (xentrace). Sourced after lib.sh.
#
#   count_exits SECONDS    count for so long; fail if Xen has lost a record
#   exits_of REASON        print how many there were: hlt, memory (accesses to memory that is
#       emulated), cr0 (writes of this register: two for each call of 32-bit code by 16-bit code),
#       port (accesses to ports), hypercall

# AMD's numbers: the lab's processor has SVM (AMD's manual, volume 2, appendix C).
declare -A exit_reasons=([hlt]=00000078 [cr0]=00000010 [memory]=00000400 [port]=0000007b [hypercall]=00000081)

count_exits() {
  # The class HVM; all its records since now.
  xentrace -D -e 0x0008f000 -S 256 -T "$1" "$OUT/trace" > "$OUT/xentrace.log" 2>&1 ||
    fail "xentrace: $(last_line "$OUT/xentrace.log")"
  # A record is a header, two words of time if the header's highest bit is set, and up to seven
  # words, whose number is in the next three bits (Xen's public header trace.h). The first word of an
  # exit is its reason; Xen 4.20 has an event of its own for the exits of SVM (0081003, before 0081002).
  # 001f001 counts lost records.
  od -A n -v -t x4 -w4 "$OUT/trace" | awk '
    left == 0 {
      digit = index("0123456789abcdef", substr($1, 1, 1)) - 1
      event = substr($1, 2)
      words = digit % 8
      left = words + (digit >= 8 ? 2 : 0)
      if (event == "001f001") print "lost"
      next
    }
    {
      if (event ~ /^008100[23]$/ && left == words) print $1
      left--
    }' > "$OUT/exits"
  rm "$OUT/trace"
  expect_no_line "$OUT/exits" lost "Xen has lost records of exits"
}

exits_of() { grep -cx "${exit_reasons[$1]}" "$OUT/exits" || true; }
