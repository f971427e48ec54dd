# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-newcomer, which says what it does.

users='' cases='' go_on=''
while getopts gu:c: opt; do
	case $opt in
	g) go_on=y ;;
	u) users=,$OPTARG, ;;
	c) cases=,$OPTARG, ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- trixie bookworm sid
[ "$(id -u)" -eq 0 ] ||
	die "check-newcomer works in Debian roots of its own, which takes root rights" "Run it as root."
need git

# Who tries what, what shall come of it, and what shall be read then.
matrix() {
	cat <<-'END'
		root  demo      passes  All as told
		alice demo      passes  All as told
		bob   demo      refused apt-get install .*gcc.*linux-headers
		alice deb       passes  unprivileged-chroot-dkms_.*_all.deb
		root  deb       passes  unprivileged-chroot-dkms_.*_all.deb
		bob   deb       refused apt-get install .*debhelper
		alice umask     passes  All as told
		alice interrupt passes  All as told
		bob   installed passes  All as told
		alice space     refused has a space
		alice full      refused MB are free
		alice offline   refused Is the network there
		alice dpkg      refused sudo dpkg --configure -a
		bob   notty     refused there is no terminal to ask
		alice install   passes  installed and built
		bob   install   refused Try: sudo make install
		bob   make      refused left the archive
		bob   unit      refused library Check
		alice check     passes  passed, 0 failed
		root  check     passes  passed, 0 failed
		bob   check     refused apt-get install .*gcc.*linux-headers
	END
}

# As in the README, in front of which a person sits.
words() {
	case $1 in
	demo | umask | installed | space | full | offline) echo scripts/demo ;;
	deb) echo make deb ;;
	check) echo scripts/check ;;
	dpkg) echo 'sudo touch /var/lib/dpkg/updates/0001 && scripts/demo' ;;
	notty) echo 'setsid -w scripts/demo </dev/null' ;;
	make) echo make ;;
	unit) echo make unit ;;
	install)
		case $2 in
		alice) echo 'sudo make install && rm build/uchroot && make tool && uchroot --version && echo installed and built' ;;
		bob) echo make install ;;
		esac
		;;
	interrupt) cat "$top/tests/newcomer/interrupt" ;;
	esac
}

# What comes after all went well. Megabytes are those of the packages, too.
# shellcheck disable=SC2016 # the machine's shell expands it
leftovers='
echo "newcomer: $(($(du -smx / 2>/dev/null | cut -f 1) - megabytes)) MB"
others=$(find . -path "./build/roots/*" -type d -prune -o ! -user "$(id -un)" -print | head)
[ -z "$others" ] || { echo "newcomer: somebody else'\''s: $others"; exit 90; }
make clean >/dev/null && make distclean >/dev/null && [ ! -e build ] &&
	[ -z "$(git status --porcelain --ignored)" ] || {
	git status --short --ignored
	echo "newcomer: left behind"
	exit 91
}'

# try SUITE USER CASE
try() {
	unset PACKAGES MEGABYTES PROJECT NEW_UMASK OFFLINE
	case $3 in
	deb) export PACKAGES=make ;;
	install | make | unit) export PACKAGES='make gcc libc6-dev' ;;
	installed) export PACKAGES='make gcc libc6-dev qemu-system-x86 busybox-static cpio zstd linux-headers-amd64' ;;
	umask) export NEW_UMASK=077 ;;
	offline) export OFFLINE=--net ;;
	space) export PROJECT='my project' ;;
	full) export MEGABYTES=30 ;;
	esac
	"$top/tests/newcomer/machine" "$1" "$2" "rc=0
megabytes=\$(du -smx / 2>/dev/null | cut -f 1)
[ $2 != bob ] || (sleep 5 && printf 'no\\nno\\nno\\n' >/keys) &
{ $(words "$3" "$2")
} || rc=\$?
[ \$rc -eq 0 ] || exit \$rc
$leftovers" </dev/null
}

# verdict STATUS EXPECTED WORDS LOG
verdict() {
	case $2 in
	passes) [ "$1" -eq 0 ] ;;
	refused) [ "$1" -ne 0 ] && [ "$1" -lt 90 ] ;;
	esac && tr '\r' '\n' <"$4" | grep -qE "$3"
}

# A row of the table stays for the next run, in a file that begins with the commit.
# It holds until something changes that it takes: scripts/check looks at everything.
holds() {
	read -r of result 2>/dev/null <"$1" && [ "$result" = passed ] || return
	set -- tests/newcomer debian man scripts/deb scripts/demo scripts/shell scripts/check \
		tests/check.sh scripts/check-newcomer
	case $case in
	check) set -- . ;;
	unit) set -- "$@" tests/unit ;;
	*) set -- "$@" ':!tests/unit' ':!tests/guest' ':!tests/kmod' ':!tests/escape' ':!tests/vm/klog*' ;;
	esac
	[ -z "$(changed_since "$of" "$@")" ]
}

[ -z "$(git_here status --porcelain)" ] ||
	warn "what is not committed is not tried"
commit=$(git_here rev-parse HEAD)
passed=0 failed=0
mkdir -p "$build/newcomer"
for suite; do
	"$top/tests/newcomer/machine" "$suite" root -
	matrix >"$build/newcomer/matrix.$$"
	while read -r user case expected words; do
		case $users in '' | *,"$user",*) ;; *) continue ;; esac
		case $cases in '' | *,"$case",*) ;; *) continue ;; esac
		name=$build/newcomer/$suite-$user-$case
		log=$name.log
		if [ -n "$go_on" ] && holds "$name.row"; then
			passed=$((passed + 1))
			say "$suite, $user: $case: as told before"
			continue
		fi
		say "$suite, $user: $case ..."
		start=$(now) rc=0
		try "$suite" "$user" "$case" >"$log" 2>&1 || rc=$?
		if verdict "$rc" "$expected" "$words" "$log"; then
			passed=$((passed + 1)) status=$expected result=passed
			good "$suite, $user: $case: $expected, as told, $(($(now) - start)) s"
		else
			failed=$((failed + 1)) status="**$rc**" result=failed
			warn "$suite, $user: $case: not as told ($expected), status $rc; the end of $log:"
			tr '\r' '\n' <"$log" | tail -n 15 | sed 's/^/  | /' >&2
		fi
		printf '%s\n' "$commit $result" \
			"| $suite | $user | $case | $expected | $status | $(($(now) - start)) | $(
				sed -nE 's/^newcomer: ([0-9]+) MB\r?$/\1/p' "$log"
			) |" >"$name.row"
	done <"$build/newcomer/matrix.$$"
	rm "$build/newcomer/matrix.$$"
done
printf '%s\n' '| suite | user | case | expected | status | seconds | MB |' '|---|---|---|---|---|---|---|'
for row in "$build"/newcomer/*.row; do
	if grep -q "^$commit " "$row" || holds "$row"; then
		sed 1d "$row"
	fi
done
[ "$((passed + failed))" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
