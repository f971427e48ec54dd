# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The second kernel. At the end signatures become mandatory.

unsigned_copy() {
	ko=$(modinfo -n "$name")
	case $ko in
	*.xz) xz -dc "$ko" >"$state/unsigned.ko" ;;
	*) cp "$ko" "$state/unsigned.ko" ;;
	esac
	strip -g "$state/unsigned.ko" &&
		[ -z "$(modinfo -F signer "$state/unsigned.ko")" ]
}

# As module.sig_enforce=1 on the kernel's command line, but from now on.
enforce() {
	echo 1 >/sys/module/module/parameters/sig_enforce
}

key_rejected() {
	refused 'Key was rejected by service' "$@"
}

check 'the machine runs the second kernel' test "$kernel" = "$second"
check 'modules-load.d loaded the module at boot' loaded
check 'its version is that of the package' version_is "$old"
check 'modprobe.d set allow_open_directories' parameter_is allow_open_directories 0
check 'a user with no_new_privs can chroot' user_can_chroot
check 'a user without it cannot' user_cannot_chroot env

check 'it can be unloaded' modprobe -r "$name"
check 'a copy loses its signature' unsigned_copy
check 'module.sig_enforce can be switched on' enforce
check 'a module without signature is then refused in the known words' \
	key_rejected insmod "$state/unsigned.ko"
check 'so is one whose key is not enrolled' key_rejected modprobe "$name"
