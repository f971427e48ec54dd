# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Packages: what is there, what is lacking, how it gets here, and what to do when
# it does not. Sourced by common.sh.

: "${top:?}" "${logs:?}"

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# lacking PACKAGE...: those that are not there.
lacking() {
	for lacking_pkg; do
		installed "$lacking_pkg" || printf ' %s' "$lacking_pkg"
	done
}

# The package of the headers to build against: of KERNEL=RELEASE, else of the
# newest. Ubuntu calls its usual kernel generic.
headers_package() {
	if [ -n "${KERNEL-}" ]; then
		echo "linux-headers-$KERNEL"
	elif grep -qsE '^ID(_LIKE)?=.*ubuntu' /etc/os-release; then
		echo linux-headers-generic
	else
		echo "linux-headers-$(dpkg --print-architecture 2>/dev/null)"
	fi
}

# Since Debian 13 headers bring the kernel along, and the initramfs that is made for
# it takes gzip a minute and a half.
kernel_packages() {
	echo "zstd $(headers_package)"
}

# -- root rights ------------------------------------------------------------------

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "root rights are needed to run: $*" "There is no sudo here: run this as root."
	fi
}

# may_be_root REASON: sudo asks for a password here, where that can be seen, and
# not when its output goes to a log. Leaves in $no_root why not.
may_be_root() {
	[ "$(id -u)" -ne 0 ] || return 0
	no_root='there is no sudo here'
	command -v sudo >/dev/null 2>&1 || return 1
	! sudo -n true 2>/dev/null || return 0
	no_root='sudo wants a password, and there is no terminal to ask for it'
	(: </dev/tty) 2>/dev/null || return 1
	say "root rights are needed $1"
	no_root='sudo refuses'
	sudo -v
}

# -- apt ----------------------------------------------------------------------------

apt_root() {
	as_root env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive apt-get \
		-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# retry_apt COMMAND...: the lists may be old or absent, and a mirror may be in
# the middle of an update. So: as it is, then with fresh lists, then once more.
# Ctrl-C ends it.
retry_apt() {
	"$@" && return
	[ $? -ne 130 ] || return 130
	apt_root update && "$@" && return
	sleep 10
	apt_root update && "$@"
}

# Ctrl-C may end a download. A half-installed package would have to be mended by
# hand, so from then on it waits, and so does who ends all that a script started.
# It is root who must heed that: sudo keeps the terminal to what it runs. Apt asks
# for the signal itself, so it gets a session that has no terminal.
apt_install() {
	apt_root install -y --no-install-recommends --download-only "$@" || return
	# shellcheck disable=SC2016 # the inner shell expands it
	as_root env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -c '
		status=0
		trap stopped=130 INT HUP TERM
		(trap "" INT HUP TERM; exec setsid -w apt-get -o DPkg::Lock::Timeout=300 \
			install -y --no-install-recommends "$@") || status=$?
		exit "${stopped:-$status}"
	' sh "$@"
}

# advice LOG: what to do about it, from what apt and others say in it.
advice() {
	if grep -qE 'No space left on device|enough free space' "$1"; then
		echo "The disk is full (df -h): make room, and run this again."
	elif grep -q 'dpkg was interrupted' "$1"; then
		echo "A former installation was cut short. Mend it: sudo dpkg --configure -a. Then run this again."
	elif grep -qE 'Could not get lock|Unable to acquire' "$1"; then
		echo "Another program installs packages. Wait until it is done, and run this again."
	elif grep -qE 'sudo: .*(password|terminal)' "$1"; then
		echo "sudo could not ask for a password: run this in a terminal, or as root."
	elif grep -qE 'resolving|Could not (connect|resolve)|unreachable|timed out|refused' "$1"; then
		echo "Is the network there? The mirror above could not be reached. Mend that (or /etc/apt/sources.list), and run this again."
	elif grep -qE 'Unable to locate|no installation candidate' "$1"; then
		echo "The archives of this machine do not have it: this is for Debian 12 or later, with its component main (Ubuntu: and universe)."
	else
		echo "The whole log is $1"
	fi
}

# need PACKAGE...: installs those that are not there.
need() {
	command -v dpkg-query >/dev/null 2>&1 ||
		die "there is no dpkg-query here" "These scripts are for Debian 12 or later."
	need_list=$(lacking "$@")
	[ -n "$need_list" ] || return 0
	may_be_root "to install$need_list" ||
		die "these packages are lacking, and $no_root:$need_list" \
			"Whoever is root here can install them; then run this again:
    apt-get install --no-install-recommends$need_list"
	# shellcheck disable=SC2086 # a list of words
	quiet apt-install "installing$need_list" retry_apt apt_install $need_list || {
		[ $? -ne 130 ] || exit 130
		die "apt-get could not install:$need_list" "$(advice "$logs/apt-install.log")"
	}
}

# Later suites call it .pgp.
debian_keyring() {
	for keyring in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
		[ ! -e "$keyring" ] || break
	done
	echo "$keyring"
}

# need_room DIRECTORY MEGABYTES WHAT: before anything is done that fills a disk.
need_room() {
	mkdir -p "$1"
	room_free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
	[ "$room_free" -ge "$2" ] ||
		die "$3 takes $2 MB of disk, and $room_free MB are free at $1" "Make room, and run this again."
}

apt_download() {
	# As root, apt would drop to a user who may not write here.
	apt-get -o APT::Sandbox::User=root -o Acquire::Retries=3 download "$1"
}

# begin_part PATH: an empty directory PATH.part.PID, to make in it what becomes
# PATH when it is whole. What others left behind who did not get so far, goes.
begin_part() {
	for part in "$1".part.*; do
		[ ! -e "$part" ] || kill -0 "${part##*.}" 2>/dev/null || rm -rf "$part"
	done
	part=$1.part.$$
	rm -rf "$part"
	mkdir -p "$part"
}

# download PACKAGE DIRECTORY
download() {
	mkdir -p "$2"
	(
		cd "$2" &&
			quiet "fetch-$1" "downloading $1" retry_apt apt_download "$1"
	) || {
		rm -rf "$part"
		die "apt-get could not download $1" "$(advice "$logs/fetch-$1.log")"
	}
}

# fetch PACKAGE DIR PATTERN...: downloads a package without installing it and
# unpacks the paths that match into DIR. All or nothing, also when two do it.
fetch() {
	fetch_pkg=$1 fetch_dir=$2
	shift 2
	begin_part "$fetch_dir"
	download "$fetch_pkg" "$part/deb"
	dpkg-deb --fsys-tarfile "$part/deb/"*.deb |
		tar -x -C "$part" --wildcards --anchored "$@" || {
		rm -rf "$part"
		die "$fetch_pkg does not hold all of: $*" \
			"The package has another layout than this script knows: look at it with dpkg-deb -c."
	}
	rm -rf "$part/deb" "$fetch_dir"
	mv "$part" "$fetch_dir"
}
