# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-packages, which says what it does.

[ $# -gt 0 ] || set -- tarball deb rpm arch dkms-old dkms-new repository ansible guest
[ "$(id -u)" -eq 0 ] ||
	die "check-packages works in Debian roots of its own, which takes root rights" "Run it as root."
[ -z "$(git_here status --porcelain)" ] ||
	warn "what is not committed is not tried"
compiler='make gcc libc6-dev'
# Without zstd, an initramfs for the kernel that they bring along takes long.
headers='linux-headers-amd64 kmod zstd'

# in_system SUITE PACKAGES SCRIPT [ARGUMENT]: as root of a small Debian, in a clone
in_system() {
	PACKAGES=$2 "$top/tests/newcomer/machine" "$1" root "sh -eux tests/packages/$3 ${4-}" </dev/null
}

one() {
	case $1 in
	tarball) "$top/tests/packages/tarball" "$build/packages/tarball" ;;
	deb) in_system bookworm "$compiler $headers lintian debhelper dh-dkms openssl" deb ;;
	rpm) in_system bookworm "$compiler $headers dkms rpm rpmlint openssl procps" rpm ;;
	arch) in_system trixie "$compiler makepkg pacman-package-manager libarchive-tools fakeroot" arch ;;
	dkms-old) in_system bullseye "$compiler $headers dkms" dkms 2.8 ;;
	dkms-new) in_system trixie "$compiler $headers dkms" dkms 3.2 ;;
	repository) in_system bookworm "$compiler debhelper dh-dkms reprepro gnupg curl" repository ;;
	ansible) in_system bookworm 'ansible-core systemd kmod apt-utils' ansible ;;
	guest) "$top/tests/host/binary/run" ;;
	*) die "there is no case $1" "scripts/check-packages --help names them." ;;
	esac
}

passed=0 failed=0
mkdir -p "$build/packages"
for case; do
	log=$build/packages/$case.log
	say "$case ..."
	start=$(now) rc=0
	one "$case" >"$log" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		passed=$((passed + 1))
		good "$case: passed in $(($(now) - start)) s"
	else
		failed=$((failed + 1))
		echo "not ok $case"
		warn "$case: status $rc; the end of $log:"
		tr '\r' '\n' <"$log" | tail -n 20 | sed 's/^/  | /' >&2
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
