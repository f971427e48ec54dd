# SPDX-License-Identifier: GPL-2.0
# Called by bench/plot, with the variable data set.
set datafile separator "\t"
set encoding utf8
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror

set terminal svg size 640,360 font "sans-serif,12" background "#ffffff"
set output "descriptors.svg"
set title "A granted call that looks for open directories"
set xlabel "open descriptors"
set ylabel "instructions"
set logscale xy
set format "%.0s%c"
set yrange [1000:10000000]
set key left top
plot data."/descriptors" using 1:2 with linespoints lw 2 pt 7 ps 0.6 lc rgb "#0072b2" title "measured", \
     5.53 * x with lines dt 2 lc rgb "#999999" title "5.53 for each descriptor"

reset
set datafile separator "\t"
set terminal svg size 640,400 font "sans-serif,12" background "#ffffff"
set output "launch.svg"
set title "Running true in another root, from fork to end"
set xlabel "million instructions"
set border 3
set tics nomirror
set grid xtics lc rgb "#dddddd"
set style fill solid
set yrange [*:*] reverse
set xrange [0:*]
set offsets 0, 0, 0.6, 0.6
unset key
plot data."/launch" using ($2/2e6):0:($2/2e6):(0.35):($3 > 0 ? 0x0072b2 : 0x999999):ytic(1) \
	with boxxyerror lc rgb variable, \
     data."/launch" using ($2/1e6):0:(sprintf(" %.2f", $2/1e6)) with labels left

reset
set datafile separator "\t"
set terminal svg size 640,360 font "sans-serif,12" background "#ffffff"
set output "kernels.svg"
set title "A call, by kernel"
set ylabel "instructions"
set border 3
set tics nomirror
set grid ytics lc rgb "#dddddd"
set style data histogram
set style histogram clustered gap 1
set style fill solid
set yrange [0:*]
set key outside bottom center horizontal
plot data."/kernels" using 2:xtic(1) lc rgb "#999999" title "root, without the module", \
     "" using 3 lc rgb "#e6b800" title "root, with it", \
     "" using 4 lc rgb "#0072b2" title "granted", \
     "" using 5 lc rgb "#cccccc" title "refused by the kernel", \
     "" using 6 lc rgb "#d55e00" title "refused by the module"

reset
set datafile separator "\t"
set output "yardstick.svg"
set title "A call, by where the rule is"
set ylabel "instructions"
set border 3
set tics nomirror
set grid ytics lc rgb "#dddddd"
set style data histogram
set style histogram clustered gap 1
set style fill solid
set yrange [0:*]
set key outside bottom center horizontal
plot data."/yardstick" using 2:xtic(1) lc rgb "#999999" title "by root", \
     "" using 3 lc rgb "#d55e00" title "by a user with no\\_new\\_privs who is chrooted", \
     "" using 4 lc rgb "#0072b2" title "by one who is not"
