# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What all tests in a whole Debian share. Sourced by what runs them, which sets
# title_prefix, and where results and console go.

payload=/run/host
state=/var/lib/uchroot-host
name=unprivileged_chroot
parameters=/sys/module/$name/parameters
kernel=$(uname -r)
number=0 failed=0
mkdir -p "$state"

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

uptime_seconds() {
	cut -d. -f1 /proc/uptime
}

# The seconds of a wait are those of a machine that does nothing else. Others may use
# it too, and waiting longer for what comes costs nothing.
patience=4

# within SECONDS COMMAND...: until it succeeds. Its last words are worth reading.
within() {
	deadline=$(($(uptime_seconds) + $1 * patience))
	shift
	until "$@" >"$state/within" 2>&1; do
		if [ "$(uptime_seconds)" -ge "$deadline" ]; then
			cat "$state/within"
			echo "gave up waiting for: $*"
			return 1
		fi
		sleep 0.25
	done
	cat "$state/within"
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
