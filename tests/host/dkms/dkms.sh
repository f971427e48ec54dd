# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What the steps of scripts/check-dkms share, beside lib.sh.

package=unprivileged-chroot-dkms
read -r old new <"$payload/versions"
first=$(cat "$payload/first")
second=$(cat "$payload/second")

# apt LOG ARGUMENT...
apt() {
	apt_log=$state/$1.log
	shift
	apt-get -y -q -o Dpkg::Use-Pty=0 "$@" >"$apt_log" 2>&1 || {
		apt_rc=$?
		cat "$apt_log"
		return "$apt_rc"
	}
	cat "$apt_log"
}

# The log of an installation must not hold these words.
nothing_wrong_in() {
	# DKMS's own look at Debian's kernels from 6.12 on makes readelf say this.
	! grep -v "^readelf: Warning: Section '.comment'" "$state/$1.log" |
		grep -inE 'warning|deprecated|error|fail|bad return'
}

# dkms_has VERSION KERNEL: installed for it?
dkms_has() {
	dkms status
	dkms status "$name/$1" -k "$2" | grep -q ': installed'
}

dkms_lacks() {
	dkms status
	! dkms status | grep -qF "$1"
}

version_is() {
	cat "/sys/module/$name/version"
	[ "$(cat "/sys/module/$name/version")" = "$1" ]
}
