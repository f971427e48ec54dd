# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-kernel, which says what it does.

arch=amd64 root_name='' more='' given='' begin=$(now)
case ${1-} in
--*) . "$top/tests/kernels/given.sh" ;;
*)
	[ $# -eq 1 ] || usage
	name=$1 here=$build/matrix/$1
	read -r _ arch root_name _ _ more <<-END
		$(grep "^$name " "$top/tests/kernels/matrix")
	END
	root=$build/roots/$root_name
	;;
esac
payload=$here/payload
tree=${root:+/src/$name}
: "${tree:=$here/source}"

# Those of the matrix have others to speak for them.
verdict() {
	echo "$1" >"$here/verdict"
	[ $# -eq 1 ] || {
		echo "$2" >"$here/why"
		warn "$name: $1: $2"
	}
	[ -z "$given" ] || report
	exit 0
}

in_root() {
	if [ -n "$root" ]; then
		"$top/tests/kernels/root-run" "$root" "$@"
	else
		"$@"
	fi
}

# make_there TARGET...: in the root, for the kernel. With all warnings, and those
# of kernel-doc, by the newest compiler alone: it takes as long as the rest.
make_there() {
	warnings=''
	[ "$root_name" != sid ] || warnings=1
	# shellcheck disable=SC2046 # a list of words
	in_root make -C "$tree" KDIR="$(cat "$here/kdir")" \
		$(cat "$here/make") "W=$warnings" "$@" >"$here/build.log" 2>&1 </dev/null
}

# As DKMS does it: without debugging information a module is a twentieth of the
# size, and an emulated machine loads it so much faster.
strip_there() {
	in_root find "$tree" -name '*.ko' -exec \
		"$(sed -n 's/.*CROSS_COMPILE=\([^ ]*\).*/\1/p' "$here/make")strip" -g {} +
}

# of_more NAME: the value of NAME=... in the last column of the matrix
of_more() {
	echo "$more" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# A machine with Secure Boot, which trusts the key that Debian's package of its
# firmware has for tests. So do Debian's kernels, then.
sign_there() {
	firmware=$here/firmware
	fetch ovmf "$firmware" './usr/share/OVMF/OVMF_*_4M*' './usr/share/ovmf/*'
	cp "$firmware"/usr/share/ovmf/PkKek-1-snakeoil.* "$root$tree/"
	in_root find "$tree" -name '*.ko' -exec env KBUILD_SIGN_PIN=snakeoil \
		"$(cat "$here/kdir")/scripts/sign-file" sha256 "$tree/PkKek-1-snakeoil.key" \
		"$tree/PkKek-1-snakeoil.pem" {} \; >"$here/sign.log" 2>&1
	pflash=if=pflash,format=raw,unit
	export UCHROOT_QEMU="-drive $pflash=0,readonly=on,file=$firmware/usr/share/OVMF/OVMF_CODE_4M.fd \
		-drive $pflash=1,file=$firmware/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd"
}

# From nothing: only that shows every warning.
copy_source() {
	rm -rf "$root${tree:?}"
	"$top/tests/vm/module-source" -t "$root$tree"
}

# Where the hook can be registered and breaks the system, it must not even build.
refused_at_build() {
	! make_there module ||
		verdict failed "the module builds, where it must not"
	grep -q 'error.*unprivileged_chroot: this architecture is not supported' "$here/build.log" ||
		verdict failed "the module does not build, but without the reason: $here/build.log"
	echo refused >"$here/built"
	verdict passed
}

build_modules() {
	make_there module kmod ||
		verdict failed "the module or the test modules do not build: $here/build.log"
	cp "$root$tree/uchroot_probes.h" "$here/"
	readelf -p .comment "$root$tree/unprivileged_chroot.ko" |
		sed -n 's/.*GCC: (.*) \([0-9.]*\).*/\1/p; s/.*\(clang\) version \([0-9.]*\).*/\1 \2/p' | head -n 1 >"$here/gcc"
	! grep -i 'warning' "$here/build.log" >&2 ||
		verdict failed "the compiler warns: $here/build.log"
	echo yes >"$here/built"
}

check_calls() {
	case $arch in
	amd64 | i386) ;;
	*) return 0 ;;
	esac
	"$top/tests/vm/direct-calls" "$root$tree/unprivileged_chroot.ko" ||
		verdict failed "the module calls functions through pointers"
	echo yes >"$here/direct"
}

keep_modules() {
	rm -rf "$payload"
	mkdir -p "$payload/kmod"
	strip_there
	[ -z "$(of_more signed)" ] || sign_there ||
		verdict failed "the modules cannot be signed: $here/sign.log"
	cp "$root$tree/unprivileged_chroot.ko" "$here/"
	cp "$root$tree"/build/kmod/*.ko "$payload/kmod/"
	rm -rf "$root${tree:?}"
}

get_programs() {
	"$top/tests/kernels/programs" "$arch" "$root_name" \
		"$(sed -n 's/.*CC=//p' "$here/make")" ||
		verdict failed "the test programs do not build: $logs/programs-$arch.log"
	cp -r "$build/programs/$arch/." "$payload"
}

# The tests, and what the kernel should not have said: the logs of a machine of CI
# are gone when somebody reads of it.
what_failed() {
	{
		sed -n 's/^not ok //p' "$here/guest.log"
		head -n 3 "$build/vm/kernel-$name/found.log" 2>/dev/null || :
	} | paste -s -d '|' | sed 's/|/; /g'
}

# riscv64 takes 500 s, beside three others.
boot() {
	rc=0
	export UCHROOT_TIMEOUT="${UCHROOT_TIMEOUT:-1500}"
	cpu=$(of_more cpu) says=$(of_more says)
	words=$(echo "$more" | tr ' ' '\n' | grep -vE '^(cpu|says|signed|tool)=' | tr '\n' ' ')
	# The suite of uchroot takes as long as all others.
	suites='-escape -race'
	[ -n "$given$(of_more tool)" ] || suites="$suites -uchroot"
	# Hardware need not be able to be that one.
	[ -z "$cpu" ] || export UCHROOT_KVM=0 UCHROOT_QEMU="-cpu $cpu"
	# shellcheck disable=SC2086 # a list of words
	"$top/tests/vm/suites" -b -s -k "${image:-$(cat "$here/release")}" \
		-m "$here/unprivileged_chroot.ko" -p "$payload" -n "kernel-$name" \
		-a "$arch" -c "$words" -- ${SUITES:-$suites} >"$here/guest.log" || rc=$?
	! grep -qs '^1\.\.[0-9]' "$build/vm/kernel-$name/result.log" || echo yes >"$here/loaded"
	counts_of "$here/guest.log" >"$here/counts"
	sed -n 's/^skipped .*:\([^:]*\): /\1: /p' "$here/guest.log" >"$here/skipped"
	rm -rf "$payload" "$build/kernel-$name.cpio"
	[ -z "$says" ] || grep -qs "$says" "$build/vm/kernel-$name/kmsg.log" ||
		verdict failed "the kernel does not say $says"
	[ "$rc" -ne 0 ] || verdict passed
	sed 's/^/  /' "$here/guest.log" >&2
	verdict failed "$(what_failed)"
}

rm -rf "$here"
mkdir -p "$here"
[ -z "${SUITES-}" ] || echo "$SUITES" >"$here/part"
if [ -n "$given" ]; then
	prepare_given
else
	rc=0
	"$top/tests/kernels/packages" "$name" || rc=$?
	[ "$rc" -ne 3 ] || verdict "not obtainable" "$(cat "$here/why")"
	[ "$rc" -eq 0 ] || exit "$rc"
fi
copy_source
case $arch in
armhf) refused_at_build ;;
esac
build_modules
check_calls
keep_modules
get_programs
boot
