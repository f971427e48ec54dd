# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The examples under attack from outside of the jails: by the users of the daemons,
# who wait until root copies, starts or restarts what they could touch. Last, as
# it plants things where the other parts work.

victim=/srv/victim

as_user() {
	user=$1
	shift
	runuser -u "$user" -- "$@"
}

new_victim() {
	rm -rf "$victim"
	mkdir "$victim"
	echo "root's" >"$victim/file"
}

untouched() {
	ls -lan "$victim"
	cat "$victim/file"
	[ "$(cd "$victim" && stat -c '%n %U:%G %a' . ./*)" = ". root:root 755
./file root:root 644" ] && [ "$(cat "$victim/file")" = "root's" ]
}

# copy EXAMPLE: as Documentation/programs.md says
copy() {
	cp -r "$payload/examples/$1/." / && systemd-sysusers && systemctl daemon-reload
}

# -- who can write where root does --------------------------------------------------

# Of the files that are named on standard input: nobody else can put something in
# the place of one, or of a directory above it.
in_what_is_roots() {
	while read -r path; do
		while [ -n "$path" ]; do
			path=${path%/*}
			[ ! -e "$path/" ] || echo "$path/"
		done
	done | sort -u >"$state/directories"
	cat "$state/directories"
	[ "$(wc -l <"$state/directories")" -gt 1 ] &&
		! xargs -I '{}' find '{}' -maxdepth 0 '(' ! -user root -o -perm /022 ')' -ls \
			<"$state/directories" | grep .
}

copied_to_what_is_roots() {
	(cd "$payload/examples" && find . -mindepth 3 -type f) | cut -d/ -f3- |
		sed 's|^|/|' | in_what_is_roots
}

# What units do with all rights: their words that are paths.
privileged_in_what_is_roots() {
	sed -n 's/^Exec[A-Za-z]*=[-@:]*[+!][+!]*[^ ]* //p' \
		"$payload"/examples/*/etc/systemd/system/*.service |
		tr ' ' '\n' | grep / | in_what_is_roots
}

no_complaints() {
	(cd /etc/systemd/system && systemd-analyze verify --man=no ./*-jail.service \
		unprivileged-chroot-metrics.*) >"$state/verify" 2>&1
	cat "$state/verify"
	! grep -E 'jail|unprivileged-chroot' "$state/verify"
}

# -- BIND and unbound ----------------------------------------------------------------

# plant USER DIRECTORY NAME TARGET: a jail of the user's own in the place of the
# one that root may have made, and a link in it
plant() {
	# shellcheck disable=SC2016 # that shell expands it
	as_user "$1" sh -ec 'cd "$1" && rm -rf planted && mkdir planted && ln -s "$3" "planted/$2"
		[ ! -e jail ] || mv jail "jail.$$"
		mv planted jail' sh "$2" "$3" "$4"
}

# The link is planted where root's "install" would make a directory of bind's.
named_starts_untouched() {
	new_victim
	plant bind /var/lib/bind state "$victim" || return
	systemctl restart named-jail
	untouched
}

named_serves() {
	[ "$(dig +tries=1 +time=5 +short -p 5302 @127.0.0.1 www.example.org)" = 192.0.2.80 ]
}

copies_untouched() {
	new_victim
	plant "$1" "/var/lib/$1" "$2" "$victim/file" && copy "$3" && untouched
}

# -- the metrics ----------------------------------------------------------------------

# Its parent is prometheus's, so the directory is.
metrics_untouched() {
	new_victim
	# shellcheck disable=SC2016 # that shell expands it
	as_user prometheus sh -ec 'cd /var/lib/prometheus && mv node-exporter moved
		mkdir node-exporter && ln -s "$1" node-exporter/unprivileged_chroot.prom.tmp' \
		sh "$victim/file" || return
	systemctl start unprivileged-chroot-metrics.service
	rc=$?
	as_user prometheus sh -c 'cd /var/lib/prometheus && rm -r node-exporter && mv moved node-exporter'
	untouched && return "$rc"
}

metrics_file=/var/lib/prometheus-unprivileged-chroot/node-exporter/unprivileged_chroot.prom

metrics_are_its_own() {
	stat -c '%U:%G %a' "$metrics_file"
	[ "$(stat -c '%U:%G %a' "$metrics_file")" = \
		'unprivileged-chroot-metrics:unprivileged-chroot-metrics 644' ] &&
		echo "${metrics_file%/*}" | in_what_is_roots &&
		refused 'Permission denied' as_user prometheus ln -s "$victim" "$metrics_file.tmp"
}

# Its writer has no rights that would let it read this one.
no_empty_sample() {
	chmod 0 "$stats/refused_mac"
	systemctl start unprivileged-chroot-metrics.service
	rc=$?
	chmod 444 "$stats/refused_mac"
	cat "$metrics_file"
	[ "$rc" -eq 0 ] && grep -q 'allowed.* [0-9]' "$metrics_file" &&
		! grep -E '(refused_)?mac"|[^0-9]$' "$metrics_file" | grep -v '^#'
}

for example in named unbound node-exporter; do
	copy "$example"
done
systemctl stop named-jail unbound-jail unprivileged-chroot-metrics.timer
load >/dev/null 2>&1
try 'root copies examples to what is its alone' copied_to_what_is_roots
try 'units touch nothing else with all rights' privileged_in_what_is_roots
try 'systemd-analyze has no complaint' no_complaints
try "BIND's unit does not follow a link that bind has planted" named_starts_untouched
try 'and serves' within 30 named_serves
systemctl stop named-jail
try "copying BIND's example does not" copies_untouched bind named.conf named
try "copying unbound's example does not follow one of unbound" \
	copies_untouched unbound example.zone unbound
try 'the metrics do not follow a link that prometheus has planted' metrics_untouched
try 'they are in a file that is their own' metrics_are_its_own
try 'a counter that cannot be read has no sample' no_empty_sample
