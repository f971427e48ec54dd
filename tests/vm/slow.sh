# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with who sources it
#
# What the checks of kernels on which all is slow share. Sourced after common.sh, by
# who sets $kernel, the name of the one at hand, $here, its directory of results,
# and $root and $tree, the Debian root and where its modules are built in there.

# What waits for a second in QEMU waits longer there.
slowness=10
export UCHROOT_TIMEOUT="${UCHROOT_TIMEOUT:-7200}"
passed=0 failed=0
begin=$(now)
failures=$logs/${0##*/}.failures
: >"$failures"

pass() {
	good "$kernel: $1"
	passed=$((passed + 1))
}

fail() {
	warn "$kernel: $1"
	echo "not ok $kernel: $1" >>"$failures"
	failed=$((failed + 1))
}

# add NAME: the results in NAME.log, whose last line counts them.
add() {
	grep -E '^(not ok|skipped) ' "$here/$1.log" | sed 's/^/  /' >&2 || :
	sed -n "s/^not ok/not ok $kernel: $1:/p" "$here/$1.log" >>"$failures"
	counts=$(counts_of "$here/$1.log")
	[ -n "$counts" ] || {
		fail "$1 broke off: $here/$1.log"
		return
	}
	passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
	say "$kernel: $1: ${counts% *} passed, ${counts#* } failed"
}

# payload_of PROGRAMS: those, and the modules as they were built, as tests/vm/suites
# and tests/vm/initramfs want them.
payload_of() {
	payload=$here/payload
	rm -rf "$payload"
	mkdir -p "$payload/kmod"
	cp -r "$1" "$payload/guest"
	rm -rf "$payload/guest/obj"
	cp "$root$tree"/build/kmod/*.ko "$payload/kmod/"
	cp "$root$tree/unprivileged_chroot.ko" "$here/"
}

# The last lines of all.
conclude() {
	heading "result after $((($(now) - begin) / 60)) min $((($(now) - begin) % 60)) s"
	cat "$failures"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
