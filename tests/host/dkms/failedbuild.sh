# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# The host runs its first kernel and gets a second one, for which DKMS cannot build
# the module: make is not what it should be.

build_fails() {
	mv /usr/bin/make /usr/bin/make.away && ln -s /bin/false /usr/bin/make || return
	refused "Error! Bad return status for module build on kernel: $second" \
		apt second-fails install /srv/second-kernel/*.deb
}

unconfigured() {
	dpkg --audit | tee "$state/audit"
	grep "linux-headers-$second" "$state/audit"
}

check 'apt fails with a second kernel when the build for it does' build_fails
check 'it leaves the headers unconfigured' unconfigured
check 'the module of the first kernel is still there' dkms_has "$old" "$first"
check 'a unit can load the module' configure_unit
