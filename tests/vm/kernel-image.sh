# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # shared with who sources it
#
# How a kernel that is to be booted gets to build/kernels/RELEASE: vmlinuz, config,
# and fuse.ko (to park a path lookup) where that is a module. Sourced after common.sh,
# by who has set $root, the system that has the kernel's headers (empty: this
# machine), and has two functions for the apt to ask:
#   apt_knows PACKAGE
#   apt_gets PACKAGE DIRECTORY

fuse_is_module() {
	grep -q '^CONFIG_FUSE_FS=m' "$part/config"
}

# fuse_from DIRECTORY: packages have it compressed or not.
fuse_from() {
	fuse_is_module || return 0
	find "$1" -name 'fuse.ko*' -exec cp {} "$part/" \;
	case $(echo "$part"/fuse.ko*) in
	*.xz) need xz-utils && unxz "$part/fuse.ko.xz" ;;
	*.zst) need zstd && unzstd -q --rm "$part/fuse.ko.zst" ;;
	esac
	[ -e "$part/fuse.ko" ]
}

# The headers of 6.12 and later bring the image along, which saves a download. A
# root may have left the modules out. Ubuntu's is for root's eyes.
image_of_system() {
	[ -r "$root/boot/vmlinuz-$release" ] &&
		fuse_from "$root/lib/modules/$release/kernel" 2>/dev/null &&
		cp "$root/boot/vmlinuz-$release" "$part/vmlinuz"
}

# From 7.x on Debian's is in linux-binary-K, before that in linux-image-K.
image_of_package() {
	image_package=linux-image-$release
	! apt_knows "linux-binary-$release" || image_package=linux-binary-$release
	image_problem="$image_package cannot be downloaded"
	apt_gets "$image_package" "$part/deb" || return
	for deb in "$part/deb"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$part/deb" --wildcards --anchored \
			--no-wildcards-match-slash './boot/vmlinu?-*' './usr/lib/modules/*/vmlinu?' \
			'./*lib/modules/*/kernel/fs/fuse/fuse.ko*' \
			'./usr/lib/modules/*/kernel/fs/fuse/fuse.ko*' 2>"$logs/tar-$release.log" || :
	done
	find "$part/deb" -name 'vmlinu[xz]*' -exec mv {} "$part/vmlinuz" \;
	image_problem="$image_package holds no kernel"
	[ -e "$part/vmlinuz" ] || return
	image_problem="$image_package holds no fuse.ko, which the tests need"
	fuse_from "$part/deb" || return
	rm -r "$part/deb"
}

config_from() {
	{
		grep -s CONFIG_ "$1/.config" || grep -s CONFIG_ "$1/include/config/auto.conf"
	} >"$part/config"
}

# get_image RELEASE: where it fails, $image_problem says why.
get_image() {
	release=$1
	[ ! -e "$build/kernels/$release/vmlinuz" ] || return 0
	begin_part "$build/kernels/$release"
	image_headers=$root/usr/src/linux-headers-$release
	image_problem="there is no configuration in $image_headers"
	config_from "$image_headers" && { image_of_system || image_of_package; } || {
		rm -rf "$part"
		return 1
	}
	rm -rf "$build/kernels/$release"
	mv "$part" "$build/kernels/$release"
}
