# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# Package managers that change the root for what packages run: a user makes a tree
# of his own and installs into it, as root in the eyes of fakeroot, while user
# namespaces are switched off. And rpm, which comes back out.

home=/home/alice
own=$home/own
packages=/srv/debian/srv/packages
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

as_fake_root() {
	as_alice env -C "$home" HOME="$home" setpriv --no-new-privs fakeroot "$@"
}

# The library of fakeroot must be found inside too.
make_own() {
	rm -rf "$own"
	# shellcheck disable=SC2016 # mmdebstrap's shell expands it
	as_fake_root mmdebstrap --mode=root --variant=apt \
		--extract-hook='cp --parents /usr/lib/*/libfakeroot/libfakeroot-sysv.so "$1"' \
		"$suite" "$own" "deb [trusted=yes] copy:$packages ./"
}

own_works() {
	as_alice uchroot "$own" /bin/sh -c 'id -un; cat /etc/os-release; dpkg -s apt' &&
		[ -z "$(find "$own" ! -user alice)" ]
}

installed() {
	as_alice uchroot "$own" dpkg -s "$1" | grep 'Status: install ok installed'
}

dpkg_inside() {
	as_alice cp "$packages"/hello_*.deb "$own/tmp/hello.deb"
	as_fake_root uchroot "$own" dpkg -i /tmp/hello.deb
}

hello_works() {
	dpkg_inside && installed hello &&
		[ "$(as_alice uchroot "$own" hello)" = 'Hello, world!' ]
}

# What it runs inside is the package's script.
dpkg_outside() {
	as_fake_root dpkg --root="$own" --log=/dev/null -i "$packages"/ed_*.deb
}

ed_works() {
	dpkg_outside && installed ed &&
		[ "$(as_alice uchroot "$own" readlink /etc/alternatives/editor)" = /bin/ed ]
}

# From the same packages, which it looks for inside.
apt_inside() {
	as_alice mkdir -p "$own$packages"
	as_alice cp "$packages/Packages" "$packages"/time_*.deb "$own$packages/"
	as_fake_root uchroot "$own" apt-get -q update &&
		as_fake_root uchroot "$own" apt-get -qy install time
}

time_works() {
	apt_inside && installed time && as_alice uchroot "$own" /usr/bin/time -p /bin/true
}

# The same from outside: dpkg alone runs inside.
apt_from_outside() {
	as_fake_root apt-get -q -o Dir="$own" -o Dir::State::status="$own/var/lib/dpkg/status" \
		-o DPkg::Chroot-Directory="$own" "$@"
}

apt_outside() {
	apt_from_outside update && apt_from_outside -y install patch
}

patch_works() {
	apt_outside && installed patch && as_alice uchroot "$own" patch --version
}

# -- pacman ------------------------------------------------------------------------

# A package whose script wants to be inside.
make_pacman_package() {
	as_alice mkdir -p "$home/arch/bin" "$home/arch/var/lib/pacman" "$home/package/opt" || return
	as_alice cp /bin/busybox "$home/arch/bin/"
	as_alice ln -s busybox "$home/arch/bin/sh"
	echo inside | as_alice tee "$home/arch/where"
	echo packed | as_alice tee "$home/package/opt/packed"
	printf '%s\n' 'pkgname = packed' 'pkgver = 1-1' 'pkgdesc = packed' 'arch = any' |
		as_alice tee "$home/package/.PKGINFO"
	echo 'post_install() { /bin/busybox cat /where >/opt/script; }' |
		as_alice tee "$home/package/.INSTALL"
	printf '%s\n' '[options]' 'SigLevel = Never' | as_alice tee "$home/pacman.conf"
	as_alice tar -C "$home/package" -czf "$home/packed-1-1-any.pkg.tar.gz" .PKGINFO .INSTALL opt
}

pacman_outside() {
	as_fake_root pacman -r "$home/arch" --config "$home/pacman.conf" \
		--cachedir "$home/package" --noconfirm "$@"
}

pacman_fails() {
	pacman_outside -U "$home/packed-1-1-any.pkg.tar.gz" >"$state/pacman" 2>&1
	cat "$state/pacman"
	grep -i 'root directory.*Operation not permitted' "$state/pacman" && [ ! -e "$home/arch/opt/script" ] &&
		pacman_outside -R packed
}

pacman_works() {
	pacman_outside -U "$home/packed-1-1-any.pkg.tar.gz" && pacman_outside -Q packed &&
		grep inside "$home/arch/opt/script" && grep packed "$home/arch/opt/packed"
}

# -- rpm ---------------------------------------------------------------------------

# By the rpm inside of /srv/debian.
builds_inside() {
	printf '%s\n' 'Name: packed' 'Version: 1' 'Release: 1' 'Summary: packed' 'License: GPL' \
		'BuildArch: noarch' '%description' packed '%install' 'mkdir -p %{buildroot}/opt' \
		'echo packed >%{buildroot}/opt/packed' '%files' /opt/packed |
		as_alice tee /srv/debian/home/alice/packed.spec
	in_debian rpmbuild --quiet -bb /home/alice/packed.spec &&
		as_alice cp /srv/debian/home/alice/rpmbuild/RPMS/noarch/packed-1-1.noarch.rpm "$home/packed.rpm"
}

in_debian() {
	as_alice env HOME=/home/alice uchroot /srv/debian "$@"
}

installs_inside() {
	in_debian rpm --dbpath /home/alice/db --relocate /opt=/home/alice/opt --badreloc --nodeps \
		-i /home/alice/rpmbuild/RPMS/noarch/packed-1-1.noarch.rpm &&
		in_debian rpm --dbpath /home/alice/db -q packed &&
		grep packed /srv/debian/home/alice/opt/packed
}

nested_was_refused() {
	[ "$(counter refused_nested)" -gt 0 ]
}

# It has a directory open when it comes back.
root_is_bound() {
	rm -rf /srv/red
	mkdir /srv/red
	rpm --root=/srv/red --nodeps -i "$home/packed.rpm" && grep packed /srv/red/opt/packed || return
	rm -rf /srv/red
	mkdir /srv/red
	echo Y >"$parameters/restrict_privileged"
	refused 'Operation not permitted' rpm --root=/srv/red --nodeps -i "$home/packed.rpm"
	rc=$?
	echo N >"$parameters/restrict_privileged"
	return "$rc"
}

unload >/dev/null 2>&1
user_namespaces_off
try 'user namespaces are switched off' no_user_namespaces
limit=300
try 'mmdebstrap makes a user no tree without the module' refused 'Operation not permitted' make_own
load >/dev/null 2>&1
try 'it does with the module' make_own
try 'the tree works, and all of it is his' own_works
try 'a package for pacman can be made' make_pacman_package
unload >/dev/null 2>&1
try 'dpkg does not get in without the module' refused 'Operation not permitted' dpkg_inside
try 'dpkg --root fails without it' refused 'Operation not permitted' dpkg_outside
try 'apt does not get in without it' refused 'Operation not permitted' apt_inside
# That is all it says when its child cannot change the root.
try 'nor from outside' refused 'error code (100)' apt_outside
try 'pacman -r runs no script without it' pacman_fails
try 'rpm does not get in without it' refused 'Operation not permitted' builds_inside
load >/dev/null 2>&1
try 'dpkg installs a program inside, which runs' hello_works
try 'dpkg --root installs one from outside, and its script runs inside' ed_works
try 'apt installs one inside' time_works
try 'apt installs one from outside, by a dpkg inside' patch_works
try 'pacman -r installs a package, and its script runs inside' pacman_works
try 'nothing was refused' no_refusals
try 'rpm builds a package inside' builds_inside
try 'and installs it there' installs_inside
try 'rpm --root goes in, and does not come back out' refused 'Operation not permitted' \
	as_fake_root rpm --root="$home/arch" --nodeps -i "$home/packed.rpm"
try 'as it is refused' nested_was_refused
try "restrict_privileged=Y refuses it to root's rpm --root" root_is_bound
user_namespaces_on
rm -rf "$own"
