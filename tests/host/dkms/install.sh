# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# The package is installed on a host with one kernel, and configured.

examples=/usr/share/doc/$package/examples

signed_by_dkms() {
	modinfo -k "$first" -F signer "$name"
	[ "$(modinfo -k "$first" -F signer "$name")" = 'DKMS module signing key' ]
}

# Two parameters get other values than their defaults.
configure() {
	cp "$examples/modules-load.d/$name.conf" /etc/modules-load.d/ &&
		cp "$examples/modprobe.d/$name.conf" /etc/modprobe.d/ &&
		sed -i 's/^#\(.* allow_open_directories=\).*/\10/; s/^#\(.* log=\).*/\12/' \
			"/etc/modprobe.d/$name.conf"
}

check 'apt installs the package' \
	apt install install "$payload/$package.deb"
check 'DKMS built the module for the running kernel by itself' \
	dkms_has "$old" "$first"
check 'neither apt nor DKMS complains' nothing_wrong_in install
check 'the module is signed with the key of DKMS' signed_by_dkms
check 'nothing in /etc loads it' test ! -e "/etc/modules-load.d/$name.conf"
check 'the manual of the module is there' \
	test -s "/usr/share/man/man4/$name.4.gz"
check 'the examples can be copied to /etc' configure
