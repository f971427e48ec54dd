# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# The host runs its second kernel: the first goes, the package is upgraded.

leaves_no_module() {
	! find "/lib/modules/$first" -name "$name*" 2>/dev/null | grep .
}

source_is_only() {
	[ "$(cd /usr/src && echo "$name"-*)" = "$name-$1" ] &&
		[ "$(cd "/var/lib/dkms/$name" && echo [0-9]*)" = "$1" ]
}

check 'apt removes the first kernel' \
	apt purge-kernel purge "linux-image-$first" "linux-headers-$first"
check 'the module of the first kernel went with it' leaves_no_module
check 'DKMS has forgotten the first kernel' dkms_lacks "$first"

check 'apt upgrades the package' \
	apt upgrade install "$payload/$package-new.deb"
check 'DKMS built the new version' dkms_has "$new" "$second"
check 'DKMS has forgotten the old version' dkms_lacks "$name/$old,"
check 'nothing complains of the upgrade' nothing_wrong_in upgrade
check 'the sources of the old version are gone' source_is_only "$new"
