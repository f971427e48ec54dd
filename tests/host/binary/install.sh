# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# A host that has one kernel and no compiler gets the module, then another kernel.

no_compiler() {
	! command -v gcc && ! command -v cc && ! command -v make && ! command -v dkms
}

# With the archive in reach, apt would bring that kernel along.
other_kernel_refused() {
	refused "linux-image-$second" apt-get -y -o Dir::Etc::SourceList=/dev/null \
		-o Dir::Etc::SourceParts=/dev/null install "$payload/module-second.deb"
}

signed_by_site() {
	modinfo -k "$first" -F signer "$name"
	[ "$(modinfo -k "$first" -F signer "$name")" = 'Key of the site' ]
}

configure_metrics() {
	cp -r "$payload/examples/node-exporter/." / && systemd-sysusers &&
		systemctl enable unprivileged-chroot-metrics.timer prometheus-node-exporter prometheus
}

# And one that cannot do without it.
configure_units() {
	configure_unit || return
	printf '%s\n' '[Unit]' "Requires=$name.service" "After=$name.service" '[Service]' \
		'Type=oneshot' 'ExecStart=/bin/true' >/etc/systemd/system/needs-it.service
}

# Who plays the role comes by SSH, and finds a repository of the site.
configure_ansible() {
	install -D -m 600 "$payload/ssh.pub" /root/.ssh/authorized_keys &&
		echo 'deb [trusted=yes] file:/run/host/site ./' >/etc/apt/sources.list &&
		apt-get update
}

check 'there is no compiler, make or DKMS' no_compiler
check 'apt refuses the package for a kernel that is not here' other_kernel_refused
check 'apt installs the one for this kernel' apt install install "$payload/module.deb"
check 'nothing complains of that' nothing_wrong_in install
check 'the module is signed with the key of the site' signed_by_site
check 'depmod has found it' grep "updates/$name.ko" "/lib/modules/$first/modules.dep"
check 'apt installs a second kernel' apt second install /srv/second-kernel/*.deb
check 'the metrics can be installed' configure_metrics
check 'Prometheus takes the rules' configure_prometheus
check 'a unit can load the module' configure_units
check 'apt takes the repository of the site' configure_ansible
