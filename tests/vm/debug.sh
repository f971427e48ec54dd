# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What a debug kernel has found out, handed over. Sourced by init. Other kernels
# have none of it, and nothing is done.

kmemleak=/sys/kernel/debug/kmemleak
gcov=/sys/kernel/debug/gcov

# An object is not looked at before it is five seconds old, and what a register
# or a stack held at one scan may be gone at the next.
scan() {
	sleep 6
	echo scan >"$kmemleak" && sleep 1 && echo scan >"$kmemleak"
}

# What the kernel itself has lost by now does not count.
leaks_begin() {
	[ -e "$kmemleak" ] || return 0
	scan
	echo clear >"$kmemleak"
}

# A check that was switched off on the way, for want of memory, is a report too.
leaks_end() {
	[ -e "$kmemleak" ] || return 0
	scan || echo "<3>guest: kmemleak does not work any more" >/dev/kmsg
	echo on >/proc/sys/kernel/printk_devkmsg
	while read -r line; do
		echo "<3>guest: kmemleak: $line" >/dev/kmsg
	done <"$kmemleak"
	! grep -q 'debug_locks: *0' /proc/lockdep_stats ||
		echo "<3>guest: lockdep has switched itself off" >/dev/kmsg
}

# The counters of the module's lines: files of debugfs have no size, tar would
# find them empty.
coverage() {
	[ -e "$gcov" ] && [ -c /dev/ttyS3 ] || return 0
	mkdir -p /run/gcov
	find "$gcov" -name '*.gcda' | grep /src/ | while read -r file; do
		cat "$file" >"/run/gcov/${file##*/}"
	done
	stty -F /dev/ttyS3 raw -echo
	tar -c -C /run/gcov . >/dev/ttyS3
}
