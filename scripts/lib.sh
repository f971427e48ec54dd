# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the scripts share: messages, root rights, packages, logs.
# Sourced, after the script has set $top to the root of the project.

: "${top:?set top before sourcing lib.sh}"
build=$top/build
logs=$build/log
mkdir -p "$logs"
self=${0##*/}

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

# Whole seconds, for "how long did it take".
now() {
	date +%s
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "root rights are needed to run: $*" \
			"There is no sudo here. Run this as root, or install the packages named above and try again."
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

# quiet LOGNAME TITLE COMMAND...: one line and the seconds on the terminal,
# the command's output in a log that is shown when it fails.
quiet() {
	quiet_log=$logs/$1.log quiet_title=$2 quiet_start=$(now)
	shift 2
	say "$quiet_title ..."
	if "$@" >"$quiet_log" 2>&1 </dev/null; then
		say "$quiet_title: done in $(($(now) - quiet_start)) s"
	else
		quiet_rc=$?
		warn "$quiet_title: failed with status $quiet_rc after $(($(now) - quiet_start)) s"
		printf '%s\n' "  command: $*" "  the end of $quiet_log:" >&2
		tail -n 25 "$quiet_log" | sed 's/^/  | /' >&2
		return "$quiet_rc"
	fi
}

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_root() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get \
		-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# retry_apt COMMAND...: the lists may be old or absent, and a mirror may be in
# the middle of an update. So: as it is, then with fresh lists, then once more.
retry_apt() {
	"$@" && return
	apt_root update && "$@" && return
	sleep 10
	apt_root update && "$@"
}

apt_install() {
	apt_root install -y --no-install-recommends "$@"
}

# need PACKAGE...: installs those that are not there.
need() {
	command -v dpkg-query >/dev/null 2>&1 ||
		die "there is no dpkg-query here" "These scripts are for Debian 12 or later."
	need_list=''
	for need_pkg; do
		installed "$need_pkg" || need_list="$need_list $need_pkg"
	done
	[ -n "$need_list" ] || return 0
	# shellcheck disable=SC2086 # a list of words
	quiet apt-install "installing$need_list" retry_apt apt_install $need_list ||
		die "apt-get could not install:$need_list" \
			"Look at $logs/apt-install.log, check the network and /etc/apt/sources.list, and run this again."
}

apt_download() {
	# As root, apt would drop to a user who may not write here.
	apt-get -o APT::Sandbox::User=root -o Acquire::Retries=3 download "$1"
}

# fetch PACKAGE DIR PATTERN...: downloads a package without installing it and
# unpacks the paths that match into DIR. All or nothing, also when two do it.
fetch() {
	fetch_pkg=$1 fetch_dir=$2 fetch_part=$2.part.$$
	shift 2
	rm -rf "$fetch_part"
	mkdir -p "$fetch_part/deb"
	(
		cd "$fetch_part/deb" &&
			quiet "fetch-$fetch_pkg" "downloading $fetch_pkg" retry_apt apt_download "$fetch_pkg"
	) || die "apt-get could not download $fetch_pkg" \
		"Check the network and /etc/apt/sources.list. If the package has left the archive, upgrade this machine's kernel headers and run this again."
	dpkg-deb --fsys-tarfile "$fetch_part/deb/"*.deb |
		tar -x -C "$fetch_part" --wildcards --anchored "$@" ||
		die "$fetch_pkg does not hold all of: $*" \
			"The package has another layout than this script knows: look at it with dpkg-deb -c."
	rm -rf "$fetch_part/deb" "$fetch_dir"
	mv "$fetch_part" "$fetch_dir"
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
# scripts/vm.
vm_end() {
	case $1 in
	124) echo "time limit of $(cat "$2/limit") s reached (UCHROOT_TIMEOUT changes it)" ;;
	*) echo "status $1" ;;
	esac
}

# progress PID FILE REGEX TEXT [COMMAND]: while the process lives, says how many
# lines of the file match, and what the command has to say: every 3 s in place on
# a terminal, else a line every 20 s.
progress() {
	progress_start=$(now)
	if [ -t 2 ]; then
		progress_step=3 progress_form='\r\033[K%.79s'
	else
		progress_step=20 progress_form='%s\n'
	fi
	progress_next=$progress_step
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		[ $(($(now) - progress_start)) -ge "$progress_next" ] || continue
		progress_next=$((progress_next + progress_step))
		# shellcheck disable=SC2059 # the format is ours
		printf "$progress_form" \
			"$self: $(grep -acE "$3" "$2" 2>/dev/null || :) $4, $(($(now) - progress_start)) s${5+: $($5)}" >&2
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
}
