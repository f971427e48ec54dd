# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-dkms, which says what it does.

need qemu-system-x86 dpkg-dev busybox-static cpio
begin=$(now)
image=$("$top/tests/host/image" dkms)
dir=$build/vm/host
rm -rf "$dir"
mkdir -p "$dir/payload"
. "$top/tests/host/machine.sh"

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$top/dkms.conf")
newer=$version+upgrade

# fake_headers NAME RELEASE OPTION...: a package as those of kernel headers are,
# for DKMS to look at: it must not get as far as building.
fake_headers() {
	fake=$dir/$1
	mkdir -p "$fake/DEBIAN" "$fake/lib/modules/$2/build/include"
	printf '%s\n' "Package: linux-headers-$2" 'Version: 1' 'Architecture: all' \
		'Maintainer: nobody <nobody@example.org>' \
		'Description: a kernel that cannot be supported' >"$fake/DEBIAN/control"
	printf '%s\n' '#!/bin/sh' \
		"run-parts --report --exit-on-error --arg=$2 /etc/kernel/header_postinst.d" \
		>"$fake/DEBIAN/postinst"
	chmod 755 "$fake/DEBIAN/postinst"
	echo 'all:; false' >"$fake/lib/modules/$2/build/Makefile"
	fake_release=$2 fake_name=$1
	shift 2
	printf '%s=y\n' "$@" >"$fake/lib/modules/$fake_release/build/.config"
	dpkg-deb --root-owner-group -Znone -b "$fake" "$dir/payload/$fake_name.deb" >/dev/null
	rm -r "$fake"
}

make_payload() {
	package=unprivileged-chroot-dkms
	cp "$("$top/scripts/deb")" "$dir/payload/$package.deb"
	cp "$("$top/scripts/deb" "$newer")" "$dir/payload/$package-new.deb"
	options='CONFIG_DYNAMIC_FTRACE CONFIG_FUNCTION_TRACER CONFIG_KPROBES'
	options="$options CONFIG_DYNAMIC_FTRACE_WITH_REGS CONFIG_DYNAMIC_FTRACE_WITH_ARGS"
	# shellcheck disable=SC2086 # a list of words
	fake_headers no-option 6.1.0-999-fake $options
	# shellcheck disable=SC2086
	fake_headers too-old 5.4.0-1-fake $options CONFIG_SECURITY_PATH
	cp "$image/first" "$image/second" "$top/Documentation/fleets.md" "$dir/payload/"
	cp "$top/examples/node-exporter/usr/local/bin/unprivileged-chroot-metrics" \
		"$dir/payload/metrics"
	echo "$version $newer" >"$dir/payload/versions"
	echo "$mok_password" >"$dir/payload/mok-password"
	cp "$top"/tests/host/machine/* "$top"/tests/host/dkms/* "$top/tests/host/lib.sh" "$dir/payload/"
	tar -c -C "$dir/payload" -f "$dir/payload.tar" .
}

make_payload
make_initrd first
make_initrd second
cp --sparse=always "$image/root.ext4" "$dir/root.ext4"
# One that did not come to its end leaves the next nothing to stand on.
{
	step install first && boot first 900 && step failedbuild first &&
		boot second 900 && mv "$dir/second.results" "$dir/failed.results" &&
		step newkernel first && boot second 900 && step upgrade second && boot_secure second 1800 &&
		step purge second
} || :
count 10
conclude
