# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# What the tests of real programs share.

stats=/sys/module/$name/stats
outside=/srv/outside

# What lies outside of every jail, and would be found without one.
set_up() {
	install -m 755 "$payload/uchroot" /usr/local/bin/
	mkdir -p "$outside" "/lib/modules/$kernel/updates"
	echo 'served from outside' >"$outside/file"
	printf '%s\n' "\$TTL 60" '@ SOA ns hostmaster 1 3600 600 86400 60' \
		'@ NS ns' 'ns A 127.0.0.1' 'www A 192.0.2.99' >"$outside/example.zone"
	cp "$payload/$name.ko" "/lib/modules/$kernel/updates/"
	depmod -a
}

load() {
	modprobe "$name" && chmod o+r "$parameters"/* && loaded
}

unload() {
	modprobe -r "$name" && not_loaded
}

counter() {
	cat "$stats/$1"
}

# try TITLE COMMAND...: a check that cannot take the rest with it when it hangs.
limit=120
try() {
	title=$1
	shift
	check "$title" limited "$@"
}

limited() {
	"$@" &
	work=$!
	end=$(($(uptime_seconds) + limit * patience))
	while kill -0 "$work" 2>/dev/null; do
		if [ "$(uptime_seconds)" -ge "$end" ]; then
			echo "not done after $((limit * patience)) s; what was waited for:"
			pgrep -a -P "$work"
			children=$(pgrep -P "$work")
			# shellcheck disable=SC2086 # a list of numbers
			kill "$work" $children
			return 1
		fi
		sleep 0.2
	done
	wait "$work"
}

state_is() {
	[ "$(systemctl show -P ActiveState "$1")" = "$2" ]
}

# tell UNIT: what it has said since its last start. Not by the ID of the start:
# journald does not find it if the unit has failed before the words are read.
tell() {
	journalctl -q --no-pager -o cat _SYSTEMD_UNIT="${1%.service}.service" \
		--since="$(systemctl show -P InactiveExitTimestamp "$1")"
}

# dies_of UNIT WORDS...: a start that fails, and says why
dies_of() {
	unit=$1
	shift
	systemctl reset-failed "$unit" 2>/dev/null
	systemctl start "$unit"
	within 20 state_is "$unit" failed || return
	for words; do
		within 5 said "$unit" "$words" || return
	done
}

said() {
	tell "$1" >"$state/said"
	cat "$state/said"
	grep -qi "$2" "$state/said"
}

# pids UNIT
pids() {
	cgroup=$(systemctl show -P ControlGroup "$1")
	[ -z "$cgroup" ] || cat "/sys/fs/cgroup$cgroup/cgroup.procs"
}

# Of the unit's processes, those whose root is the directory.
jailed_pids() {
	for pid in $(pids "$1"); do
		[ "$(readlink "/proc/$pid/root")" != "$2" ] || echo "$pid"
	done
}

some_jailed() {
	[ -n "$(jailed_pids "$1" "$2")" ]
}

all_jailed() {
	some_jailed "$@" && [ "$(jailed_pids "$1" "$2" | wc -l)" -eq "$(pids "$1" | wc -l)" ]
}

# A process as it should be: no root, no capability, no way to get one.
unprivileged() {
	grep -HE '^(Uid|CapPrm|CapEff|CapBnd|NoNewPrivs):' "/proc/$1/status"
	awk '/^Uid:/ && ($2 == 0 || $3 == 0 || $4 == 0) { bad = 1 }
		/^Cap(Prm|Eff|Amb):/ && $2 !~ /^0*$/ { bad = 1 }
		/^NoNewPrivs:/ && $2 != 1 { bad = 1 }
		END { exit bad }' "/proc/$1/status"
}

# jailed all|some UNIT DIRECTORY: its processes, seen by root from outside
jailed() {
	how_many=$1
	shift
	within 10 "${how_many}_jailed" "$@" || {
		for pid in $(pids "$1"); do
			ls -l "/proc/$pid/root"
		done
		return 1
	}
	for pid in $(pids "$1"); do
		unprivileged "$pid" || return
	done
}

fails() {
	! "$@"
}

no_refusals() {
	! grep -H '[1-9]' "$stats"/refused_*
}

# Until user_namespaces_on: what works then does not work by way of them.
user_namespaces_off() {
	namespaces=$(cat /proc/sys/user/max_user_namespaces)
	echo 0 >/proc/sys/user/max_user_namespaces
}

user_namespaces_on() {
	echo "$namespaces" >/proc/sys/user/max_user_namespaces
}

no_user_namespaces() {
	refused 'No space left on device' as_alice unshare -r true
}
