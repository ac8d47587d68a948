# SPDX-License-Identifier: LGPL-3.0-or-later
# One panel of bars for each kind of work. Variables: data is a file that has, for each panel, a block
# of lines "NAME" MEDIAN COLOUR "LABEL"; titles has one title a line.
set terminal svg size 1200,860 font "sans,11" background rgb "white"
set linetype 1 lc rgb "#c0392b"
set linetype 2 lc rgb "#7f8c8d"
set style fill solid
set boxwidth 0.7
unset key
set xtics rotate by -35 scale 0
set ytics nomirror
set border 3
set yrange [0:*]
set offsets 0.5, 0.5, graph 0.1, 0
lines = strstrt(titles, "\n") ? 1 : 0
count = 0
rest = titles
set multiplot layout 3,3 margins 0.05,0.98,0.09,0.96 spacing 0.06,0.11
while (strlen(rest) > 0) {
  cut = strstrt(rest, "\n")
  title = cut ? rest[1:cut-1] : rest
  rest = cut ? rest[cut+1:*] : ""
  set title title font "sans,10"
  plot data index count using 0:2:3:xtic(1) with boxes lc variable, \
       '' index count using 0:2:4 with labels offset 0,0.6 font "sans,9"
  count = count + 1
}
unset multiplot
