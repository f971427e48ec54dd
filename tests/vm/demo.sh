#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the module does, step by step, for a person to read (scripts/demo). Each
# step says what happens, shows the command and its output, and checks that the
# answer and the module's own counters are as told.

module=/lib/modules/unprivileged_chroot.ko
sysfs=/sys/module/unprivileged_chroot
groups='' failed=0 steps=0

if [ "${DEMO_COLOR-}" = 1 ]; then
	bold=$(printf '\033[1m') green=$(printf '\033[32m')
	red=$(printf '\033[31m') plain=$(printf '\033[0m')
else
	bold='' green='' red='' plain=''
	# For uchroot, as the port that this is written to looks like a terminal.
	export NO_COLOR=1
fi

counters() {
	grep '' $sysfs/stats/* 2>/dev/null | sed 's|.*/||'
}

tell() {
	echo
	for line; do
		echo "$bold# $line$plain"
	done
}

heading() {
	echo
	echo "$bold== $* ==$plain"
}

# run PROMPT COMMAND: shows it, runs it, keeps what is needed to judge it.
run() {
	before=$(counters)
	dmesg >/tmp/log.before
	printf '%s\n' "$1 $2"
	if [ "$1" = 'root#' ]; then
		sh -c "$2"
	else
		(cd /home/alice && HOME=/home/alice setpriv --reuid=1000 --regid=1000 \
			"${groups:-"--clear-groups"}" -- sh -c "$2")
	fi 2>&1
	status=$?
	after=$(counters)
	# What the module told the administrator about this command.
	dmesg | diff /tmp/log.before - |
		sed -n 's/^[>+].*unprivileged_chroot: \(.*reason=.*\)/   kernel log: \1/p'
}

alice() {
	run 'alice$' "$1"
}

root() {
	run 'root#' "$1"
}

# Which counters moved, as "allowed" or "refused_nested".
moved() {
	printf '%s\n' "$after" | while IFS=: read -r name value; do
		[ -z "$name" ] || printf '%s\n' "$before" | grep -qx "$name:$value" ||
			echo "$name"
	done | tr '\n' ' '
}

# expect granted|stock|NAME-OF-REASON|success
expect() {
	steps=$((steps + 1))
	got=$(moved)
	case $1 in
	granted) want='allowed ' verdict='granted by the module' ok=0 ;;
	success) want='' verdict='done' ok=0 ;;
	stock) want='' verdict="refused by the kernel's own rule" ok=1 ;;
	*) want="refused_$1 " verdict="refused, reason $1" ok=1 ;;
	esac
	if [ "$got" = "$want" ] && [ "$((status != 0))" -eq $ok ]; then
		echo "   $green=> $verdict$plain"
	else
		failed=$((failed + 1))
		echo "   $red=> NOT AS TOLD: status $status, counters moved: ${got:-none}; expected: $verdict$plain"
	fi
}

set_param() {
	root "echo $2 >$sysfs/parameters/$1"
}

jail=/srv/newroot

tell "alice is an ordinary user of this virtual machine, root administers it." \
	"After each command: what it did, compared with the module's counters."

tell "1. Debian's kernel alone: chroot is for the superuser." \
	"   no_new_privs means: no set-uid program helps this process any more."
alice "setpriv --no-new-privs chroot $jail /bin/ls /"
expect stock

tell "2. Root loads the module. Nothing else on the machine changes."
root "insmod $module"
# All counters are new, and zero.
before=$after
expect success

tell "3. The same command again. The files listed are those of the new root."
alice "setpriv --no-new-privs chroot $jail /bin/ls / /etc"
expect granted

tell "4. A program inside sees the new root's files and not the host's."
alice "setpriv --no-new-privs chroot $jail /bin/cat /etc/motd"
expect granted
alice "cat /etc/passwd | head -n 1"
expect success
alice "setpriv --no-new-privs chroot $jail /bin/cat /etc/passwd"
status=$((status == 1 ? 0 : 1))
expect granted

tell "5. It is still Alice, without any privilege."
alice "setpriv --no-new-privs chroot $jail /bin/id"
expect granted

heading "The calls that are refused, each with its reason"
tell "6. Without no_new_privs: not the module's business; the kernel decides."
alice "chroot $jail /bin/ls /"
expect stock

tell "7. Chrooted already: a second chroot could let the process out again."
alice "setpriv --no-new-privs chroot $jail /bin/chroot /srv/inner /bin/ls"
# The first of the two calls was granted, so both counters move.
got_first=$(moved)
before=$(printf '%s\n' "$before" | sed "s/^allowed:.*/allowed:$(cat $sysfs/stats/allowed)/")
[ "$got_first" = "allowed refused_nested " ] || status=0
expect nested

tell "8. Under seccomp: a sandbox stays as it was built." \
	"   (uchroot-try calls chroot from such a situation.)"
alice "setpriv --no-new-privs uchroot-try seccomp $jail"
expect seccomp

tell "9. A second thread shares the root directory and may lack no_new_privs."
alice "setpriv --no-new-privs uchroot-try thread $jail"
expect shared_fs

tell "10. The new root belongs to another mount namespace."
alice "setpriv --no-new-privs uchroot-try other-mounts $jail"
expect not_beneath

tell "11. Inside a user namespace."
alice "unshare --user setpriv --no-new-privs chroot $jail /bin/ls /"
expect user_namespace

heading "The administrator decides more, from one call to the next"
tell "12. Nobody may keep a directory open (FreeBSD's rule at its strictest)."
set_param allow_open_directories 0
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls / 9</home"
expect open_directory
alice "setpriv --no-new-privs uchroot-try shared-descriptors $jail"
expect shared_files
set_param allow_open_directories 1
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls / 9</home"
expect granted

tell "13. The working directory must be in the new root."
set_param require_cwd_beneath 2
expect success
alice "setpriv --no-new-privs chroot $jail /bin/pwd"
expect cwd_outside
alice "cd $jail && setpriv --no-new-privs chroot . /bin/pwd"
expect granted
set_param require_cwd_beneath 1
expect success

tell "14. Only members of the group chrooters (gid 2000) may."
set_param allowed_group 2000
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls /"
expect group
groups=--groups=2000
run 'alice, now in the group$' "setpriv --no-new-privs chroot $jail /bin/id"
groups=''
expect granted
set_param allowed_group -1
expect success

tell "15. Switched off, as if it were not there; and on again."
set_param enabled N
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls /"
expect stock
set_param enabled Y
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls /"
expect granted

tell "16. uchroot sets no_new_privs by itself. Asked to explain, it only looks:" \
	"   each condition, and what to do where one does not hold."
alice "uchroot $jail /bin/ls /"
expect granted
alice "uchroot --explain $jail"
expect success

tell "17. What was granted and refused since the module was loaded."
root "cd $sysfs/stats && grep '' *"
expect success

tell "18. Root unloads it: the kernel's own chroot is back."
root "rmmod unprivileged_chroot"
after=$before
expect success
alice "setpriv --no-new-privs chroot $jail /bin/ls /"
expect stock

echo
if [ "$failed" -eq 0 ]; then
	echo "$green$steps checks, all as told.$plain"
else
	echo "$red$failed of $steps checks were not as told.$plain"
fi
[ "$failed" -eq 0 ]
