# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # the cases use it
#
# What the cases share. They run with -eux, as root of a system that is thrown away.

name=unprivileged_chroot
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
# The only kernel whose headers are here.
release=$(cd /lib/modules 2>/dev/null && echo *-amd64) || release=''

# fails WORDS COMMAND...: it does, and says so. ("! COMMAND" never ends a script.)
fails() {
	words=$1
	shift
	if "$@" >/tmp/output 2>&1; then
		cat /tmp/output
		return 1
	fi
	cat /tmp/output
	grep -e "$words" /tmp/output || [ -z "$words" ]
}

site_key() {
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=The site/' \
		-addext extendedKeyUsage=codeSigning -keyout /root/site.key -out /root/site.pem
	export MODULE_KEY=/root/site.key MODULE_CERT=/root/site.pem
}

# built: DKMS has built it for the kernel
built() {
	dkms status
	dkms status "$name/$version" -k "$release" | grep -q installed
	[ "$(modinfo -k "$release" -F version "$name")" = "$version" ]
}

# gone: nothing of the module is left
gone() {
	[ ! -e "/usr/src/$name-$version" ]
	[ -z "$(find /lib/modules/ -name "$name.ko*")" ]
	fails '' grep "$name" "/lib/modules/$release"/modules.*
}
