# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# Commands that change the root for what they run, as a user starts them with
# no_new_privs, and so do languages for their children; and a whole Debian that a user enters to compile in.

debian=/srv/debian
commands='chroot busybox chpst unshare nsenter start-stop-daemon perl uchroot'

unprivileged_user() {
	as_alice setpriv --no-new-privs "$@"
}

# Each runs a program of the tree that says where it is.
say_where='/bin/busybox cat /where'

run_command() {
	case $1 in
	chroot) set -- /usr/sbin/chroot /srv/tree ;;
	busybox) set -- /bin/busybox chroot /srv/tree ;;
	chpst) set -- chpst -/ /srv/tree ;;
	unshare) set -- unshare --root=/srv/tree ;;
	nsenter) set -- nsenter --root=/srv/tree ;;
	start-stop-daemon)
		unprivileged_user /sbin/start-stop-daemon --start --chroot /srv/tree \
			--exec /bin/busybox -- cat /where
		return
		;;
	perl) set -- perl -e 'chroot shift and chdir "/" and exec @ARGV; die "$!\n"' /srv/tree ;;
	uchroot) set -- uchroot /srv/tree ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	unprivileged_user "$@" $say_where
}

command_works() {
	[ "$(run_command "$1")" = inside ]
}

# The same that sleeps, for root to look at.
command_is_jailed() {
	unprivileged_user /usr/sbin/chroot "$1" /bin/busybox sleep 60 &
	sleeper=$!
	within 10 sleeps_in "$1"
	rc=$?
	kill "$sleeper"
	return "$rc"
}

sleeps_in() {
	for pid in $(pgrep -u alice -x busybox); do
		[ "$(readlink "/proc/$pid/root")" = "$1" ] && unprivileged "$pid" && return
	done
	return 1
}

# -- programs with threads, whose children change their root ------------------------

children() {
	case $1 in
	Go) set -- child-go ;;
	Rust) set -- child-rust ;;
	Python) set -- python3 "$payload/customize.d/child.py" ;;
	esac
	unprivileged_user "$@" /srv/tree
}

# Through a pipe: busybox's sendfile() to one file overwrites what another has written.
children_are_inside() {
	[ "$(children "$1" | grep -cx inside)" -eq 8 ]
}

# -- a Debian made by mmdebstrap ---------------------------------------------------

in_debian() {
	as_alice uchroot "$debian" "$@"
}

debian_is_another() {
	in_debian /bin/sh -c 'cat /etc/os-release && [ ! -e /srv/outside ] &&
		[ ! -e /usr/bin/uchroot ] && [ ! -e /run/host ] && id -un | grep -x alice'
}

# The tool of this project, as its Makefile builds it.
compiles() {
	as_alice mkdir "$debian/home/alice/source"
	as_alice tar -x -C "$debian/home/alice/source" <"$payload/source.tar"
	in_debian make -C /home/alice/source CFLAGS=-O0 tool
}

compiled_runs() {
	in_debian /home/alice/source/build/uchroot --version
}

compiled_inside() {
	[ -x "$debian/home/alice/source/build/uchroot" ] &&
		[ "$(stat -c %U "$debian/home/alice/source/build/uchroot")" = alice ]
}

unload >/dev/null 2>&1
try 'the module is not loaded' not_loaded
for command in $commands; do
	# As chpst translates EPERM.
	words='Operation not permitted'
	[ "$command" != chpst ] || words='unable to change root directory: permission denied'
	try "$command fails without the module" refused "$words" run_command "$command"
done
try 'no child of Go gets a root without it' refused 'operation not permitted' children Go
try 'nor one of Rust' refused 'Operation not permitted' children Rust
try 'nor one of Python' refused 'Exception occurred in preexec_fn' children_are_inside Python
try 'no user enters the Debian tree without it' \
	refused 'Operation not permitted' in_debian /bin/true
try 'the module can be loaded' load
for command in $commands; do
	try "$command works with it" command_works "$command"
done
for language in Go Rust Python; do
	try "children of $language are inside, whatever threads their parent has" \
		children_are_inside "$language"
done
try 'root sees the command in its tree, without any privilege' command_is_jailed /srv/tree
try 'a user enters a Debian tree' debian_is_another
limit=300
try 'compiles a program there, by make and gcc' compiles
limit=120
try 'and it is his, and was made there' compiled_inside
try 'and it runs there' compiled_runs
try 'nothing was refused' no_refusals
