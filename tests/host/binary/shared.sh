# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What the steps of tests/host/binary/run share, beside lib.sh and packages.sh:
# Prometheus in the guest, which scrapes the guest's own node_exporter.

rules=/etc/prometheus/unprivileged_chroot.rules.yml

# As Documentation/watching.md has it, but nobody waits here: an alert fires at once.
configure_prometheus() {
	promtool check rules "$payload/examples/prometheus$rules" || return
	sed '/^ *for:/d' "$payload/examples/prometheus$rules" >"$rules"
	printf '%s\n' 'global:' '  scrape_interval: 5s' '  evaluation_interval: 5s' \
		"rule_files: [$rules]" 'scrape_configs:' '  - job_name: node' \
		'    static_configs: [{targets: ["127.0.0.1:9100"]}]' >/etc/prometheus/prometheus.yml
	promtool check config /etc/prometheus/prometheus.yml
}

# answers EXPRESSION [WORDS]: Prometheus does now, with more than nothing
answers() {
	promtool query instant http://127.0.0.1:9090 "$1" >"$state/answer" || return
	cat "$state/answer"
	grep -F "${2:-=>}" "$state/answer"
}

firing() {
	answers "ALERTS{alertname=\"$1\",alertstate=\"firing\"}" "${2-}"
}

# Silence alone is none: Prometheus must answer.
silent() {
	promtool query instant http://127.0.0.1:9090 "ALERTS{alertname=\"$1\"}" >"$state/answer" ||
		return
	cat "$state/answer"
	! grep -F '=>' "$state/answer"
}

# fires ALERT [WORDS]
fires() {
	within 75 firing "$@"
}

# rests ALERT METRIC: it has the numbers, and has judged them some times.
rests() {
	within 75 answers "$2" && sleep 20 && within 75 silent "$1"
}

unit_is() {
	systemctl status "$1"
	[ "$(systemctl show -P ActiveState "$1")" = "$2" ]
}
