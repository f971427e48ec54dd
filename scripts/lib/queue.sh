# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # who sources it uses the rest
#
# Jobs side by side. Sourced after common.sh, by who defines
#   job NAME          what is to be done, in the background
#   so_far NAME       what is known of it meanwhile, in a few words
#   job_end NAME SECONDS

: "${build:?}"

# shellcheck disable=SC2317,SC2329 # a trap calls it
stop_jobs() {
	for pid in $pids; do
		kill_tree "$pid"
	done
	exit 130
}

# run_jobs DIR MOST NAME...: in this order, as many at a time as MOST; how long each
# took is left in DIR.
run_jobs() {
	times=$1 most=$2 running='' pids='' first=$(now) every=20
	shift 2
	[ ! -t 2 ] || every=3
	shown=$first all=$# ended=0
	trap stop_jobs INT TERM HUP
	while [ $# -gt 0 ] || [ -n "$running" ]; do
		while [ $# -gt 0 ] && [ "$(echo "$running" | wc -w)" -lt "$most" ]; do
			rm -f "$times/$1.seconds"
			(
				trap - INT TERM HUP
				start=$(now)
				# However it ends.
				trap 'echo $(($(now) - start)) >"$times/$1.seconds"' EXIT
				job "$1" || :
			) &
			pids="$pids $!"
			running="$running $1"
			shift
		done
		sleep 1
		still='' status=''
		for name in $running; do
			if [ -s "$times/$name.seconds" ]; then
				hide
				ended=$((ended + 1))
				job_end "$name" "$(cat "$times/$name.seconds")"
			else
				far=$(so_far "$name") || :
				still="$still $name" status="$status, $name${far:+: $far}"
			fi
		done
		running=$still
		[ $(($(now) - shown)) -lt "$every" ] || [ -z "$running" ] || {
			show "$ended of $all done${status}, $(($(now) - first)) s"
			shown=$(now)
		}
	done
}
