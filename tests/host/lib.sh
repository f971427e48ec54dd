# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What the steps share. Sourced by guest and step, which set title_prefix, and
# where results and console go.

payload=/run/host
state=/var/lib/uchroot-host
name=unprivileged_chroot
package=unprivileged-chroot-dkms
parameters=/sys/module/$name/parameters
kernel=$(uname -r)
number=0 failed=0
mkdir -p "$state"
read -r old new <"$payload/versions"
first=$(cat "$payload/first")
second=$(cat "$payload/second")

# check NAME COMMAND...: one result; the command's output only when it fails.
check() {
	number=$((number + 1)) title=$1
	shift
	echo "host: $(cut -d. -f1 /proc/uptime) s: $title" >>"$console"
	if "$@" >"$state/output" 2>&1 </dev/null; then
		echo "ok $number - $title_prefix: $title" >>"$results"
	else
		failed=$((failed + 1))
		{
			echo "not ok $number - $title_prefix: $title"
			echo "# command: $*"
			tail -n 40 "$state/output" | tr -d '\r' | sed 's/^/# /'
		} >>"$results"
	fi
	cat "$state/output" >>"$console"
}

finish() {
	echo "1..$number" >>"$results"
	echo "host: $title_prefix done, $failed failed" >>"$results"
}

# apt LOG ARGUMENT...
apt() {
	apt_log=$state/$1.log
	shift
	apt-get -y -q -o Dpkg::Use-Pty=0 "$@" >"$apt_log" 2>&1 || {
		apt_rc=$?
		cat "$apt_log"
		return "$apt_rc"
	}
	cat "$apt_log"
}

# The log of an installation must not hold these words.
nothing_wrong_in() {
	# DKMS's own look at Debian's kernels from 6.12 on makes readelf say this.
	! grep -v "^readelf: Warning: Section '.comment'" "$state/$1.log" |
		grep -inE 'warning|deprecated|error|fail|bad return'
}

# dkms_has VERSION KERNEL: installed for it?
dkms_has() {
	dkms status
	dkms status "$name/$1" -k "$2" | grep -q ': installed'
}

dkms_lacks() {
	dkms status
	! dkms status | grep -qF "$1"
}

loaded() {
	grep "^$name " /proc/modules
}

not_loaded() {
	! loaded
}

# refused WORDS COMMAND...: it fails, and says so.
refused() {
	words=$1
	shift
	if "$@" >"$state/refused" 2>&1; then
		cat "$state/refused"
		echo "it succeeded"
		return 1
	fi
	cat "$state/refused"
	grep -qF "$words" "$state/refused"
}

as_alice() {
	runuser -u alice -- "$@"
}

enter="/usr/sbin/chroot /srv/tree /bin/busybox cat /where"

user_can_chroot() {
	# shellcheck disable=SC2086 # a list of words
	[ "$(as_alice setpriv --no-new-privs $enter)" = inside ]
}

user_cannot_chroot() {
	# shellcheck disable=SC2086 # a list of words
	refused 'Operation not permitted' as_alice "$@" $enter
}

parameter_is() {
	grep -H . "$parameters/$1"
	[ "$(cat "$parameters/$1")" = "$2" ]
}

version_is() {
	cat "/sys/module/$name/version"
	[ "$(cat "/sys/module/$name/version")" = "$1" ]
}
