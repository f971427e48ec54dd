# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# Trees that root makes ready once (examples/tree): what works inside and did not
# before, who gets in, what it opens to nobody, and what is left of it.

tree=/srv/trees/debian
unit=ready-tree@debian.service
helper=/usr/local/sbin/ready-tree

in_tree() {
	as_alice uchroot "$tree" "$@"
}

# The tree is a mount, as one on a disk of its own; and nothing is in its /dev.
install_trees() {
	cp -r "$payload/examples/tree/." / && systemctl daemon-reload &&
		mkdir -p "$tree" /srv/trees/a-b /srv/scratch && chmod 1777 /srv/scratch &&
		mount --bind /srv/debian "$tree" && rm -rf /srv/debian/dev &&
		groupadd -g 3000 trees && usermod -a -G trees alice && useradd -m -s /bin/sh bob
}

# mounts TREE: what is mounted there
mounts() {
	awk -v tree="$1/" 'index($5, tree) == 1 { print $5 }' /proc/self/mountinfo
}

has_mounts() {
	mounts "$1"
	[ "$(mounts "$1" | wc -l)" -eq "$2" ]
}

# -- what works inside -----------------------------------------------------------

writes_to_null() {
	# shellcheck disable=SC2016 # that shell expands it
	in_tree /bin/sh -ec 'echo x >/dev/null; [ -c /dev/null ]
		head -c 9 /dev/zero; head -c 9 /dev/urandom; ! echo x >/dev/full'
}

substitutes_processes() {
	[ "$(in_tree /bin/bash -c 'cat <(echo hi)')" = hi ]
}

# Its name is the same inside and outside.
has_a_terminal() {
	in_tree /usr/bin/script -qec 'tty && test -t 1 && echo x >/dev/tty' /dev/null >"$state/tty"
	rc=$?
	cat "$state/tty"
	[ "$rc" -eq 0 ] && grep '^/dev/pts/[0-9]' "$state/tty"
}

keeps_its_terminal() {
	as_alice script -qec "uchroot $tree /usr/bin/tty" /dev/null >"$state/tty"
	cat "$state/tty"
	grep '^/dev/pts/[0-9]' "$state/tty"
}

sees_own_processes() {
	in_tree /bin/sh -c 'ls -ldn /proc/[0-9]*; cat /proc/self/status /proc/meminfo' >"$state/proc"
	grep '^dr' "$state/proc"
	grep -q '^MemTotal' "$state/proc" && grep -q '^dr' "$state/proc" &&
		! awk '/^dr/ && $3 != 1000' "$state/proc" | grep .
}

others_see_the_rest() {
	as_alice ls -d /proc/1 && fails in_tree ls -d /proc/1
}

shares_memory() {
	in_tree /bin/sh -c 'echo inside >/dev/shm/alice' && grep inside /dev/shm/alice &&
		rm /dev/shm/alice
}

# In his home, which is the one outside.
compiles_in_home() {
	printf '%s\n' '#include <stdio.h>' 'int main(void) { return puts("compiled") < 0; }' |
		as_alice tee /home/alice/hello.c
	in_tree make -C /home/alice hello && [ "$(in_tree /home/alice/hello)" = compiled ] &&
		[ "$(as_alice stat -c %U /home/alice/hello)" = alice ]
}

# The package's own steps as a user, and dpkg-deb for the rest.
builds_a_package() {
	# shellcheck disable=SC2016 # that shell expands it
	in_tree /bin/sh -ec 'cd /home/alice && mkdir -p p/DEBIAN p/usr/bin && cp hello p/usr/bin/
		printf "%s\n" "Package: hello-alice" "Version: 1" "Architecture: all" \
			"Maintainer: alice <alice@example.org>" "Description: hello" >p/DEBIAN/control
		dpkg-deb --root-owner-group --build p hello.deb && dpkg-deb -c hello.deb' |
		tee "$state/deb"
	grep 'root/root.*/usr/bin/hello' "$state/deb"
}

# By its own rules, which run its test suite. -d: not all of build-essential is there.
builds_from_source() {
	# shellcheck disable=SC2016 # that shell expands it
	in_tree /bin/sh -ec 'cd /home/alice && rm -rf "$1" && mkdir "$1" && cd "$1"
		dpkg-source -x /srv/source/"$1"_*.dsc source && cd source
		dpkg-buildpackage -d -b -uc -us' sh "$1" >"$state/build" 2>&1
	rc=$?
	tail -n 20 "$state/build"
	[ "$rc" -eq 0 ] && grep "$2" "$state/build" && ls "/home/alice/$1/$1"_*.deb
}

# -- who gets in, and to what ------------------------------------------------------

bob_is_refused() {
	refused 'group: not in group 3000' runuser -u bob -- uchroot "$tree" /bin/true
}

devices() {
	(cd "$1" && stat -c '%F %n %t %T %a' ./*) | grep '^character'
}

# No device that users outside cannot open in the same way; and nothing but these
# is for them to write to.
devices_are_known() {
	devices /dev >"$state/outside"
	devices "$tree/dev" >"$state/inside"
	cat "$state/inside"
	[ "$(wc -l <"$state/inside")" -eq 7 ] && ! grep -vxFf "$state/outside" "$state/inside" &&
		! find "$tree/dev" -maxdepth 1 -perm /022 ! -type l ! -type c | grep -v '/shm$'
}

no_setuid_on_them() {
	findmnt -n -o TARGET,OPTIONS -M "$tree/dev" | grep nosuid | grep noexec &&
		findmnt -n -o TARGET,OPTIONS -M "$tree/proc" | grep nosuid | grep nodev | grep noexec
}

# A unit that hides homes, with these properties in addition.
lists_homes() {
	systemd-run -q --wait -P -p User=bob -p ProtectHome=yes "$@" ls "$tree/home/bob"
}

# -- starting and stopping ---------------------------------------------------------

starts_twice() {
	systemctl start "$unit" && systemctl start "$unit" && has_mounts "$tree" 5 &&
		refused 'is mounted already' "$helper" mount debian && has_mounts "$tree" 5 &&
		systemctl restart "$unit" && has_mounts "$tree" 5
}

# Whoever is inside, in a directory that is shared; and with what is mounted there.
stops() {
	mkdir -p /home/inner
	mount -t tmpfs inner /home/inner
	has_mounts "$tree" 6 || return
	in_tree /bin/sh -c 'cd /home/alice && exec sleep 60' &
	sleeper=$!
	within 10 pgrep -u alice -x sleep
	systemctl stop "$unit" && has_mounts "$tree" 0 && mountpoint -q /home/inner
	rc=$?
	kill "$sleeper"
	umount /home/inner
	[ "$rc" -eq 0 ] && mountpoint "$tree" && fails ls /run/ready-tree/debian
}

enabled_starts_at_boot() {
	systemctl enable "$unit" && has_mounts "$tree" 0 && systemctl daemon-reload || return
	# Which waits for these tests.
	systemctl start --no-block multi-user.target
	within 20 has_mounts "$tree" 5 && state_is "$unit" active
}

shares_what_it_is_told() {
	mkdir -p "/etc/systemd/system/$unit.d"
	printf '%s\n' '[Service]' 'Environment="SHARED=/home /srv/scratch"' \
		>"/etc/systemd/system/$unit.d/shared.conf"
	systemctl daemon-reload && systemctl restart "$unit" && has_mounts "$tree" 6 &&
		in_tree /bin/sh -c 'echo x >/srv/scratch/alice' && cat /srv/scratch/alice &&
		rm -r "/etc/systemd/system/$unit.d" && systemctl daemon-reload &&
		systemctl stop "$unit" && has_mounts "$tree" 0
}

# What users planted, or root should not have let them.
not_mounted() {
	dies_of "ready-tree@$1" "$2" && has_mounts "/srv/trees/$1" 0 &&
		[ -e /etc/hostname ] && fails mountpoint -q /etc && fails ls "/run/ready-tree/$1"
}

links_are_refused() {
	mkdir -p /srv/trees/link /srv/trees/late
	ln -s /etc /srv/trees/link/dev
	ln -s /etc /srv/trees/late/home
	ln -s debian /srv/trees/other
	not_mounted link '/srv/trees/link/dev is a symbolic link' &&
		not_mounted late '/srv/trees/late/home is a symbolic link' &&
		not_mounted other '/srv/trees/other is a symbolic link' && has_mounts "$tree" 0
}

what_users_can_change_is_refused() {
	mkdir -p /srv/trees/theirs/dev
	chown alice /srv/trees/theirs
	not_mounted theirs 'theirs must be root' || return
	chown root:trees /srv/trees/theirs
	chmod 775 /srv/trees/theirs
	not_mounted theirs 'theirs must be root' || return
	chmod 755 /srv/trees/theirs
	chown alice /srv/trees/theirs/dev
	not_mounted theirs 'dev must be root'
}

names() {
	mkdir -p '/srv/trees/a b' '/srv/trees/-x'
	for name in 'a\x20b' .. -x; do
		dies_of "ready-tree@$name.service" 'is no name of a tree' || return
	done
	not_mounted none 'there is no directory /srv/trees/none' &&
		systemctl start ready-tree@a-b && has_mounts /srv/trees/a-b 5 &&
		systemctl stop ready-tree@a-b && has_mounts /srv/trees/a-b 0
}

unload >/dev/null 2>&1
load >/dev/null 2>&1
try 'the example can be installed' install_trees
try 'uchroot misses devices in a tree that is not ready' \
	refused 'has no device /dev/null' fails in_tree /bin/true
try 'there the shell cannot write to /dev/null' fails writes_to_null
try 'nor substitute a process' fails substitutes_processes
try 'nor is there a terminal' fails has_a_terminal
try 'started twice it is ready once' starts_twice
echo 3000 >"$parameters/allowed_group"
try 'a user of the allowed group writes to /dev/null, and no file comes of it' writes_to_null
try 'a shell substitutes processes' substitutes_processes
try 'a program gets a terminal' has_a_terminal
try 'and keeps the one that it was started from' keeps_its_terminal
try "/proc has the user's processes alone" sees_own_processes
try 'outside it has those of others' others_see_the_rest
try 'memory is shared with programs outside' shares_memory
try 'the user compiles and runs a program, in his home' compiles_in_home
try 'and makes a Debian package of it' builds_a_package
user_namespaces_off
try 'user namespaces are switched off' no_user_namespaces
limit=600
try 'he builds hello from its Debian source, and its test suite passes' \
	builds_from_source hello '^# PASS: *[1-9]'
try 'and ed, with its own' builds_from_source ed 'tests completed successfully'
limit=120
user_namespaces_on
try 'nothing was refused' no_refusals
try 'another user is refused' bob_is_refused
try 'there is no device that users cannot open outside' devices_are_known
try 'nothing is setuid there' no_setuid_on_them
try 'a service that may not see homes finds them here' lists_homes
try 'unless its unit says so' \
	refused 'cannot access' lists_homes -p InaccessiblePaths=-/srv/trees
try 'stopped with users inside, nothing is mounted, and outside all is as it was' stops
try 'enabled, it is mounted at boot' enabled_starts_at_boot
try 'a directory more is shared, and goes' shares_what_it_is_told
try 'nothing is mounted by way of a link' links_are_refused
try 'nothing is mounted where users can write' what_users_can_change_is_refused
try 'odd names and missing trees are named' names
systemctl disable "$unit" 2>/dev/null
umount "$tree"
# With its parameters and counters.
unload >/dev/null 2>&1
