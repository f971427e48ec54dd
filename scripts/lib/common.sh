# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the scripts share: messages, root rights, packages, logs.
# Sourced, after the script has set $top to the root of the project.

: "${top:?set top before sourcing common.sh}"
build=$top/build
logs=$build/log
self=${0##*/}
# What a person does not start by itself is known by its folder.
case $0 in
scripts/* | */scripts/*) ;;
*) self=$(basename "$(dirname "$0")")/$self ;;
esac
# A new root and an initramfs are for other users too.
umask 022

# The comment at the head of a script is its help.
case ${1-} in
-h | --help)
	sed -n '4,${/^#/!q; s/^# \{0,1\}//p}' "$0"
	exit 0
	;;
esac

# For who is called in the wrong way.
usage() {
	sed -n '4s/^# //p' "$0" >&2
	exit 2
}

# Tools such as apparmor_parser sit where an ordinary user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
export PATH LC_ALL

if [ -t 2 ] && [ -z "${NO_COLOR-}" ]; then
	bold=$(printf '\033[1m') red=$(printf '\033[31m')
	green=$(printf '\033[32m') plain=$(printf '\033[0m')
else
	bold='' red='' green='' plain=''
fi

say() {
	printf '%s\n' "$self: $*" >&2
}

good() {
	printf '%s\n' "$self: $green$*$plain" >&2
}

warn() {
	printf '%s\n' "$self: $red$*$plain" >&2
}

heading() {
	printf '\n%s\n' "$bold== $*$plain" >&2
}

# die WHAT [WHAT TO DO]
die() {
	warn "error: $1"
	[ $# -lt 2 ] || printf '%s\n' "  $2" >&2
	exit 1
}

# What is going on: one line that changes on a terminal, else one after another.
show() {
	if [ -t 2 ]; then
		printf '\r\033[K%.79s' "$self: $*" >&2
	else
		say "$*"
	fi
}

hide() {
	[ ! -t 2 ] || printf '\r\033[K' >&2
}

# in_root COMMAND...: in the Debian root $root
in_root() {
	# shellcheck disable=SC2154 # who has one sets it
	"$top/tests/kernels/root-run" "$root" "$@"
}

# Whole seconds, for "how long did it take".
now() {
	date +%s
}

# Whose this clone is. Root, by sudo or in another way, leaves nothing of its own
# there, or its owner could neither build again nor remove it. Except Debian roots,
# in which root is root: they are below build/roots, and "make distclean" asks sudo.
# A file with two names might be another than it seems.
give_back() {
	find "$top" -xdev -path "$build/roots/*" -type d -prune -o \
		-uid 0 \( -type d -o -links 1 \) -exec chown -h "$1" {} +
}

case $top in
*[[:space:]:\#\$%\;\&\|\(\)\<\>\*\?\[\]\\\'\"\`,=]*)
	die "make cannot build in a directory of this name: $top" \
		"It has a space or one of : # \$ % ; & | ( ) < > * ? [ ] \\ ' \" \` , = in it. Move it to another place, and run this again."
	;;
esac

owner=$(stat -c %u:%g "$top")
if [ "$(id -u)" -eq 0 ] && [ "${owner%:*}" -ne 0 ] && [ -z "${UCHROOT_OWNER-}" ]; then
	export UCHROOT_OWNER="$owner"
	# The terminal's signals go to the other one too, which ends by them.
	trap : INT HUP
	owner_rc=0
	"$0" "$@" || owner_rc=$?
	give_back "$owner"
	exit "$owner_rc"
fi

mkdir -p "$logs" 2>/dev/null || :
[ -w "$logs" ] ||
	die "$(id -un) cannot write to $build" \
		"Is this clone somebody else's, or full the disk? Clone it anew, or: sudo chown -R $(id -un) '$build'"

# git in this clone, which may be somebody else's
git_here() {
	git -c safe.directory="$top" -C "$top" "$@"
}

# The files of the project, from $top, each with a NUL at its end: what git knows or
# would add. A release archive has no repository, or is unpacked inside somebody
# else's; there it is all but what building makes.
project_files() {
	cd "$top" || return
	if [ -e .git ] && git_here rev-parse >/dev/null 2>&1; then
		# Files deleted but not committed yet are still listed.
		# shellcheck disable=SC2016 # the inner shell expands it
		git_here ls-files -z -co --exclude-standard |
			xargs -0 sh -c 'for f; do [ ! -f "$f" ] || printf "%s\0" "$f"; done' sh
	else
		find . \( -path ./build -o -path ./.git \) -prune -o \( -name '*.o' -o -name '*.ko' \
			-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' -o -name Module.symvers \
			-o -name modules.order -o -name uchroot_probes.h \) -o -type f -printf '%P\0'
	fi
}

# A process and all that it started, virtual machines too.
kill_tree() {
	children=$(cat "/proc/$1/task/$1/children" 2>/dev/null || :)
	kill "$1" 2>/dev/null || :
	for child in $children; do
		(kill_tree "$child")
	done
}

# Shows that something goes on, while this script lives: the end of a log, in
# place on a terminal, else the seconds now and then.
tick() {
	tick_start=$(now)
	while sleep 1 && kill -0 $$ 2>/dev/null; do
		tick_seconds=$(($(now) - tick_start))
		if [ -t 2 ]; then
			show "$tick_seconds s: $(tail -c 1000 "$1" | tail -n 1 | tr -cd '[:print:]')"
		elif [ "$tick_seconds" -gt 0 ] && [ $((tick_seconds % 20)) -eq 0 ]; then
			show "$2: $tick_seconds s so far"
		fi
	done
}

# quiet LOGNAME TITLE COMMAND...: one line and the seconds on the terminal,
# the command's output in a log that is shown when it fails.
quiet() {
	quiet_log=$logs/$1.log quiet_title=$2 quiet_start=$(now) quiet_rc=0
	shift 2
	say "$quiet_title ..."
	: >"$quiet_log"
	# It must not keep a pipe open that somebody waits for the end of.
	(exec >&2 && tick "$quiet_log" "$quiet_title") &
	quiet_tick=$!
	"$@" >"$quiet_log" 2>&1 </dev/null || quiet_rc=$?
	kill "$quiet_tick" 2>/dev/null || :
	wait "$quiet_tick" 2>/dev/null || :
	hide
	if [ "$quiet_rc" -eq 0 ]; then
		say "$quiet_title: done in $(($(now) - quiet_start)) s"
		return
	fi
	if [ "$quiet_rc" -eq 130 ]; then
		warn "$quiet_title: stopped by Ctrl-C"
		return 130
	fi
	warn "$quiet_title: failed with status $quiet_rc after $(($(now) - quiet_start)) s"
	printf '%s\n' "  command: $*" "  the end of $quiet_log:" >&2
	tail -n 25 "$quiet_log" | sed 's/^/  | /' >&2
	return "$quiet_rc"
}

# A Markdown table from standard input, on standard output. A terminal would wrap
# its lines: there each row is a paragraph, "column: what it says" behind the first.
for_reading() {
	if [ ! -t 1 ]; then
		cat
		return
	fi
	awk -F ' *[|] *' '
		!/^[|]/ { columns = 0; print; next }
		!columns { columns = split($0, name); next }
		/^[|]-/ { next }
		{
			print $2
			text = ""
			for (i = 3; i < columns; i++)
				if ($i != "")
					text = text (text == "" ? "" : "; ") name[i] ": " $i
			line = "   "
			words = split(text, word, " ")
			for (i = 1; i <= words; i++) {
				if (length(line word[i]) > 77) {
					print line
					line = "   "
				}
				line = line " " word[i]
			}
			print line
		}'
}

# vm_end STATUS DIR: what a guest failed by whose logs are in DIR, from the status of
# tests/vm/run.
vm_end() {
	case $1 in
	124) echo "time limit of $(cat "$2/limit") s reached (UCHROOT_TIMEOUT changes it)" ;;
	*) echo "status $1" ;;
	esac
}

# vm_exit MODE START DIR EMULATOR: that machine has ended, what it and its emulator
# say is in DIR. Exits with the status that the guest has given.
vm_exit() {
	vm_rc=$(sed -n 's/^guest: done rc=\([0-9]*\).*/\1/p' "$3/result.log" | tail -n 1)
	if [ -n "$vm_rc" ]; then
		say "guest $1: status $vm_rc after $(($(now) - $2)) s"
		exit "$vm_rc"
	fi
	if [ -e "$3/limit" ]; then
		vm_rc=124
		warn "guest $1: $(vm_end "$vm_rc" "$3")"
	else
		vm_rc=125
		warn "guest $1: it ended without a verdict"
	fi
	for vm_log in "$3/$4.log" "$3/console.log" "$3/result.log"; do
		[ -s "$vm_log" ] || continue
		printf '%s\n' "  the end of $vm_log:" >&2
		tail -n 15 "$vm_log" | sed 's/^/  | /' >&2
	done
	exit "$vm_rc"
}

# progress PID FILE REGEX TEXT [COMMAND]: while the process lives, says how many
# lines of the file match, and what the command has to say: every 3 s in place on
# a terminal, else a line every 20 s.
progress() {
	progress_start=$(now) progress_step=20
	[ ! -t 2 ] || progress_step=3
	progress_next=$progress_step
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		[ $(($(now) - progress_start)) -ge "$progress_next" ] || continue
		progress_next=$((progress_next + progress_step))
		show "$(grep -acE "$3" "$2" 2>/dev/null || :) $4, $(($(now) - progress_start)) s${5+: $($5)}"
	done
	hide
}

# counts_of FILE: the numbers of its last line, "N passed, N failed"; nothing, if it
# is another.
counts_of() {
	tail -n 1 "$1" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p'
}

. "$top/scripts/lib/packages.sh"
