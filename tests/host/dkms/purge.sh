# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# The package goes, and leaves nothing.

# The configuration is the administrator's; it went with the last boot.
purge() {
	rm -f "/etc/modules-load.d/$name.conf" "/etc/modprobe.d/$name.conf"
	apt purge purge "$package"
}

nothing_left() {
	left=$(find / -xdev \( -name "*$name*" -o -name "*$package*" \) \
		! -path "$state/*")
	printf '%s\n' "$left"
	[ -z "$left" ]
}

modules_dep_clean() {
	! grep -l "$name" /lib/modules/*/modules.*
}

dpkg_has_forgotten() {
	! dpkg-query -W "$package"
}

check 'apt purges the package' purge
check 'nothing complains of that' nothing_wrong_in purge
check 'no file of it is left' nothing_left
check 'no index of modules names it' modules_dep_clean
check 'dpkg knows it no more' dpkg_has_forgotten
check 'DKMS knows it no more' dkms_lacks "$name"
