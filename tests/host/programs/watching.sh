# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# The recipes of Documentation/watching.md: its commands are run as they stand
# there, while a user makes calls, one granted and one refused each time.

# recipe HEADING [NUMBER]: the commands of that block below the heading
recipe() {
	awk -v heading="## $1" -v number="${2:-1}" '
		/^## / { here = $0 == heading }
		here && /^```sh$/ { block++; next }
		/^```$/ { if (here && block == number) exit; next }
		here && block == number' "$payload/Documentation/watching.md" >"$state/recipe"
	[ -s "$state/recipe" ] || echo "no recipe $1 ${2-}"
	cat "$state/recipe"
	[ -s "$state/recipe" ]
}

# One that is granted, and one in a tree that is refused: it is chrooted already.
calls() {
	enter_tree true
	enter_tree chroot / true
}

enter_tree() {
	as_alice setpriv --no-new-privs /usr/sbin/chroot /srv/tree /bin/busybox "$@" \
		>/dev/null 2>&1 || :
}

# shows TEXT...: each is in what the recipe has written
shows() {
	for text; do
		grep -qaE "$text" "$state/recipe.out" || {
			echo "not shown: $text"
			return 1
		}
	done
}

# start_recipe HEADING NUMBER: in the background, in a session of its own
start_recipe() {
	recipe "$@" || return
	: >"$state/recipe.out"
	# A shell starts what is in the background deaf to Ctrl-C; env is not.
	(cd "$payload" && exec env --default-signal=INT setsid \
		sh -eu "$state/recipe" >"$state/recipe.out" 2>&1 </dev/null) &
	runner=$!
}

recipe_ended() {
	! kill -0 "$runner" 2>/dev/null
}

# By Ctrl-C, which goes to all of it, as a terminal does that.
stop_recipe() {
	kill -INT "-$runner" 2>/dev/null
	within 30 recipe_ended || {
		pgrep -a -g "$runner"
		kill -KILL "-$runner"
	}
	wait "$runner"
	cat "$state/recipe.out"
}

# run_recipe SECONDS HEADING NUMBER TEXT...: until all is shown or it ends, for at
# most so long
run_recipe() {
	enough=$(($(uptime_seconds) + $1 * patience)) heading=$2 block=$3
	shift 3
	start_recipe "$heading" "$block" || return
	until recipe_ended || shows "$@" >/dev/null || [ "$(uptime_seconds)" -ge "$enough" ]; do
		calls
		sleep 0.5
	done
	stop_recipe
	shows "$@"
}

# bpftrace tells at the end, and says that it has begun before it has.
run_until_counted() {
	start_recipe bpftrace 1 || return
	within "$1" grep -q 'Attaching 1 probe' "$state/recipe.out" || return
	shift
	enough=$(($(uptime_seconds) + 10))
	while [ "$(uptime_seconds)" -lt "$enough" ]; do
		calls
	done
	stop_recipe
	shows "$@"
}

# To its end: the other recipes are stopped as soon as they show what they should.
metrics_installed() {
	recipe Prometheus 1 && (cd "$payload" && sh -eu "$state/recipe") &&
		state_is unprivileged-chroot-metrics.timer active
}

metrics_served() {
	recipe Prometheus 2 || return
	sh -eu "$state/recipe" >"$state/recipe.out" || {
		journalctl -q --no-pager -n 20 -u unprivileged-chroot-metrics.service \
			-u unprivileged-chroot-metrics.timer
		cat /var/lib/prometheus-unprivileged-chroot/node-exporter/*
		return 1
	}
	cat "$state/recipe.out"
	shows '^unprivileged_chroot_loaded 1' \
		'^unprivileged_chroot_calls_total\{reason="none",verdict="allowed"\} [1-9]' \
		'^unprivileged_chroot_calls_total\{reason="nested",verdict="refused"\} [1-9]' &&
		[ "$(grep -c '^unprivileged_chroot_calls_total{' "$state/recipe.out")" -eq \
			"$(cd "$stats" && echo * | wc -w)" ]
}

metrics_say_unloaded() {
	unload && systemctl start unprivileged-chroot-metrics.service || return
	recipe Prometheus 2 && sh -eu "$state/recipe" >"$state/recipe.out"
	shows '^unprivileged_chroot_loaded 0'
	rc=$?
	load
	return "$rc"
}

limit=240
load >/dev/null 2>&1
calls
try 'counters' run_recipe 20 Counters 1 'stats/allowed:[1-9]' 'stats/refused_nested:[1-9]'
event='verdict=%s reason=%s uid=1000 path=%s$'
# shellcheck disable=SC2059 # the format is above
{
	granted=$(printf "$event" allowed none /srv/tree)
	refused=$(printf "$event" refused nested /)
}
try 'perf' run_recipe 40 perf 1 "$granted" "$refused"
try 'trace-cmd' run_recipe 40 trace-cmd 1 "$granted" "$refused"
try 'trace-cmd, refusals of one user' run_recipe 40 trace-cmd 2 "$refused"
try 'trace-cmd has left out what was granted' fails shows "$granted"
try 'bpftrace' run_until_counted 90 '@\[chroot, allowed, none\]: [1-9]' \
	'@\[busybox, refused, nested\]: [1-9]'
try 'ausearch' run_recipe 10 audit 1 \
	'type=KERNEL_OTHER.*op=chroot module=unprivileged_chroot reason=nested.* uid=alice .*res=no'
try 'ausearch has left out what was granted' fails shows 'reason=none'
try 'node_exporter runs' systemctl start prometheus-node-exporter
try 'the timer of the metrics can be installed' metrics_installed
try 'Prometheus can scrape the counters' within 30 metrics_served
try 'and learns that the module is not loaded' within 10 metrics_say_unloaded
