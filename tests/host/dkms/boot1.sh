# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The first kernel: what was configured, and by hand without it.

documentation=/usr/share/doc/$package/examples/modprobe.d/$name.conf

# The commented lines of the example are the module's parameters and defaults.
example_tells_defaults() {
	loaded || return
	sed -n "s/^#options $name //p" "$documentation" | sort >"$state/documented"
	(cd "$parameters" && grep . ./*) | sed 's|^./||; s/:/=/' |
		sort >"$state/actual"
	diff "$state/documented" "$state/actual"
}

load_plain() {
	modprobe -r "$name" && mv "/etc/modprobe.d/$name.conf" "$state/" &&
		modprobe "$name"
	rc=$?
	mv "$state/$name.conf" /etc/modprobe.d/
	return "$rc"
}

check 'the machine runs the first kernel' test "$kernel" = "$first"
check 'modules-load.d loaded the module at boot' loaded
check 'modprobe.d set allow_open_directories' parameter_is allow_open_directories 0
check 'modprobe.d set log' parameter_is log 2
check 'modprobe.d left the rest alone' parameter_is allowed_group -1
check 'a user with no_new_privs can chroot' user_can_chroot
check 'a user without it cannot' user_cannot_chroot env
check 'modprobe loads it without modprobe.d' load_plain
check 'the example in modprobe.d has every parameter with its default' \
	example_tells_defaults
check 'modprobe -r unloads it' modprobe -r "$name"
check 'then no user can chroot' user_cannot_chroot setpriv --no-new-privs
