# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2034 # who sources it sets and uses the rest
#
# What scripts/check-kernel does with a kernel that is not in the matrix. Sourced by
# tests/kernels/one.sh.

. "$top/tests/vm/kernel-image.sh"

case $#$1 in
2--tree)
	given=$2
	[ ! -d "$given" ] || given=$(cd "$given" && pwd)
	name=${given##*/}${LLVM:+-clang}
	root=$build/roots/bookworm
	;;
4--headers)
	[ "$3" = --vmlinuz ] || usage
	given=$2 vmlinuz=$4 root=''
	# The name it runs under. Debian has another one in kernel.release.
	name=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$given/include/generated/utsrelease.h")
	[ -n "$name" ] ||
		die "modules cannot be built against $given" "The headers of a kernel are often in /lib/modules/RELEASE/build."
	image=given-$name
	;;
*) usage ;;
esac
here=$build/given/$name

# The modules of a kernel are beside its headers, its image, or at the usual place.
keep_image() {
	begin_part "$build/kernels/$image"
	config_from "$given" || die "there is no configuration in $given"
	cp "$vmlinuz" "$part/vmlinuz" || die "there is no image $vmlinuz"
	for dir in "$given/.." "$(dirname "$vmlinuz")" "/lib/modules/$name" ''; do
		[ -n "$dir" ] ||
			die "there is no fuse.ko of $name, which the tests need" \
				"It is looked for below kernel/ beside the headers, the image, and in /lib/modules/$name."
		! fuse_from "$dir/kernel" 2>/dev/null || break
	done
	rm -rf "$build/kernels/$image"
	mv "$part" "$build/kernels/$image"
}

prepare_given() {
	need make gcc libc6-dev check libsubunit-dev pkg-config qemu-system-x86 busybox-static cpio binutils
	echo "${LLVM:+LLVM=$LLVM}" >"$here/make"
	if [ -n "$root" ]; then
		debug=$("$top/tests/debug/kernel" "$given" guest stock ${LLVM:+clang})
		cp "$debug/release" "$debug/kdir" "$here/"
	else
		keep_image
		echo "$name" >"$here/release"
		(cd "$given" && pwd) >"$here/kdir"
	fi
}

# As the tables of Documentation/kernels.md have it, then the counts.
report() {
	echo $(($(now) - begin)) >"$here/seconds"
	"$top/tests/kernels/table" given "$name"
	counts=$(cat "$here/counts" 2>/dev/null || :)
	: "${counts:=0 1}"
	echo "${counts% *} passed, ${counts#* } failed"
	[ "${counts#* }" -eq 0 ]
	exit
}
