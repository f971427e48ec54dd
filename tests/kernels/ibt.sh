# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-ibt, which says what it does.

suites='hook facts mac module'
while getopts s: opt; do
	case $opt in
	s) suites=$(echo "$OPTARG" | tr , ' ') ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- bookworm-6.12 sid 6.12-clang
[ "$(id -u)" -eq 0 ] ||
	die "check-ibt builds in Debian roots, which takes root rights" "Run it as root."

. "$top/tests/vm/slow.sh"

build_modules() {
	rm -rf "${root:?}$tree"
	"$top/tests/vm/module-source" -t "$root$tree"
	# shellcheck disable=SC2086 # a word or none
	in_root make -C "$tree" KDIR="$kdir" $llvm module kmod
}

# Without debugging information, as scripts/check-kernel does it.
keep_modules() {
	payload_of "$build/programs/amd64/guest"
	rm -rf "${root:?}$tree"
	strip -g "$payload"/kmod/*.ko "$here/unprivileged_chroot.ko"
}

of_the_matrix() {
	"$top/tests/kernels/packages" "$kernel" ||
		die "$kernel cannot be had: $(cat "$build/matrix/$kernel/why" 2>/dev/null)"
	release=$(cat "$build/matrix/$kernel/release")
	kdir=$(cat "$build/matrix/$kernel/kdir")
	root=$build/roots/$(sed -n "s/^$kernel  *[^ ]*  *\([^ ]*\) .*/\1/p" "$top/tests/kernels/matrix")
	llvm='' prefix='' says=''
}

# The one of LLVM=-16 scripts/check-kernel --tree SERIES: with IBT, what checks each call
# through a pointer is FineIBT, before the function and not before the call.
by_clang() {
	llvm=LLVM=-16 prefix=__cfi_ says='Using FineIBT CFI'
	debug=$(env "$llvm" "$top/tests/debug/kernel" "${kernel%-clang}" guest stock clang)
	release=$(cat "$debug/release") kdir=$(cat "$debug/kdir") root=$(cat "$debug/root")
}

prepare() {
	case $kernel in
	*-clang) by_clang ;;
	*) of_the_matrix ;;
	esac
	tree=/src/ibt-$kernel
	quiet "ibt-$kernel" "$kernel: building for $release" build_modules ||
		die "the modules do not build for $kernel"
	"$top/tests/kernels/programs" amd64 || die "the test programs do not build"
	keep_modules
}

# An end without a verdict is what is wanted: the log says what of.
control() {
	"$top/tests/vm/initramfs" -k "$release" -m "$here/unprivileged_chroot.ko" -p "$payload" \
		tests "$here/control.cpio"
	"$top/tests/vm/bochs" -m planted -n "ibt-$kernel-control" -k "$release" \
		-c args=sealed-call "$here/control.cpio" >"$here/control.log" 2>&1 || :
	rm -f "$here/control.cpio"
	if grep -q "Missing ENDBR: ${prefix}current_chrooted" "$build/vm/ibt-$kernel-control/console.log"; then
		pass "control: a call through a pointer is fatal"
	else
		fail "control: a call through a pointer is not fatal, or the machine did not come so far: $here/control.log"
	fi
}

# tests NAME CMDLINE SUITE...
tests() {
	step=$1 cmdline=$2
	shift 2
	"$top/tests/vm/suites" -b -e -s -k "$release" -m "$here/unprivileged_chroot.ko" \
		-p "$payload" -n "ibt-$kernel-$step" \
		-c "CK_TIMEOUT_MULTIPLIER=$slowness $cmdline" "$@" >"$here/$step.log" || :
	rm -f "$build/ibt-$kernel-$step.cpio"
	[ -z "$says" ] || grep -q "$says" "$build/vm/ibt-$kernel-$step/kmsg.log" ||
		fail "$step: the kernel does not say $says"
	add "$step"
}

for kernel; do
	here=$build/ibt/$kernel
	rm -rf "$here"
	mkdir -p "$here"
	prepare
	control
	tests bpf CK_RUN_CASE=bpf neighbours
	# shellcheck disable=SC2086 # a list of words
	tests tests '' $suites
done
conclude
