# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # lib.sh and guest set what is used
#
# The key of the site is enrolled. The other kernel gets its module, and this one a
# newer one; then both go, and a role of Ansible brings one back.
ending=poweroff

others_module() {
	dpkg-deb -x "$payload/module-second.deb" "$state/second" &&
		refused 'Invalid module format' \
			insmod "$(find "$state/second" -name "$name.ko")"
}

reload() {
	modprobe -r "$name" && modprobe "$name"
}

refuse_a_call() {
	as_alice setpriv --no-new-privs /usr/sbin/chroot /srv/tree /bin/busybox chroot / true
	grep -H . "/sys/module/$name/stats/refused_nested"
	[ "$(cat "/sys/module/$name/stats/refused_nested")" -gt 0 ]
}

# As if the timer had stopped a while ago.
stop_metrics() {
	systemctl stop unprivileged-chroot-metrics.timer &&
		touch -d '1 hour ago' /var/lib/prometheus-unprivileged-chroot/node-exporter/*.prom
}

purge() {
	remove_unit || return
	apt purge purge "unprivileged-chroot-module-$first" "unprivileged-chroot-module-$second"
}

nothing_left() {
	left=$(find / -xdev \( -name "*$name*" -o -name '*unprivileged-chroot-module*' \) \
		! -path "$state/*" ! -path "$rules" ! -path '/var/lib/prometheus*')
	printf '%s\n' "$left"
	[ -z "$left" ] && ! grep -l "$name" /lib/modules/*/modules.*
}

reachable() {
	network=$(cd /sys/class/net && echo e*)
	/bin/busybox ip address add 10.0.2.15/24 dev "$network" &&
		/bin/busybox ip link set "$network" up && systemctl start ssh.service
}

# played NUMBER WORDS: that run of the role has ended so
played() {
	within 450 cat "$state/play$1" && grep -E "$2" "$state/play$1"
}

group_has_number() {
	getent group chroot
	[ "$(getent group chroot | cut -d: -f3)" = 2000 ]
}

check 'the key is enrolled, Secure Boot is on' enrolled 'Key of the site'
check 'the unit has loaded the module at boot' loaded
check 'the kernel accepts its signature' signature_accepted
check 'a unit that needs the module starts' systemctl start needs-it.service
check 'a user with no_new_privs can chroot' user_can_chroot
check 'a user without it cannot' user_cannot_chroot env

check 'the alert ChrootModuleNotLoaded rests' \
	rests ChrootModuleNotLoaded unprivileged_chroot_loaded
check 'the alert ChrootModuleNotInstalled fires for the second kernel yet' \
	fires ChrootModuleNotInstalled "kernel=\"$second\""
check 'apt installs the module of that kernel' \
	apt second-module install "$payload/module-second.deb"
check 'then the alert ChrootModuleNotInstalled rests' \
	rests ChrootModuleNotInstalled unprivileged_chroot_installed
check 'the alert ChrootModuleOutdated rests' \
	rests ChrootModuleOutdated unprivileged_chroot_outdated
check 'apt upgrades the module of this kernel' apt upgrade install "$payload/module-new.deb"
check 'nothing complains of that' nothing_wrong_in upgrade
check 'the loaded module stays the old one' version_is "$old"
check 'the alert ChrootModuleOutdated fires' fires ChrootModuleOutdated
check 'it can be loaded anew' reload
check 'then it is the new one' version_is "$new"
check 'the alert ChrootModuleOutdated rests then' \
	rests ChrootModuleOutdated unprivileged_chroot_outdated
check 'the alert ChrootRefused rests' rests ChrootRefused unprivileged_chroot_calls_total
check 'a call is refused' refuse_a_call
check 'the alert ChrootRefused fires' fires ChrootRefused 'reason="nested"'

check 'it can be unloaded' modprobe -r "$name"
check 'the alert ChrootModuleNotLoaded fires' fires ChrootModuleNotLoaded
check 'the kernel refuses the module of the other kernel' others_module
check 'apt purges both packages' purge
check 'nothing complains of that' nothing_wrong_in purge
check 'no file of them is left, no index names the module' nothing_left
check 'the alert ChrootModuleNotInstalled fires for this kernel too' \
	fires ChrootModuleNotInstalled "kernel=\"$first\""

check 'the alert ChrootMetricsStopped rests' \
	rests ChrootMetricsStopped node_textfile_mtime_seconds
check 'the metrics stop' stop_metrics
check 'the alert ChrootMetricsStopped fires' fires ChrootMetricsStopped
# The role need not wait for its turn.
systemctl stop prometheus.service

check 'the machine is reachable' reachable
echo 'host: waits for Ansible' >>"$results"
check 'the role of Ansible brings all' \
	played 1 'changed=[1-9].* unreachable=0 +failed=0'
check 'run again, it changes nothing' played 2 'changed=0 +unreachable=0 +failed=0'
check 'the module is loaded' loaded
check 'the kernel accepts its signature' signature_accepted
check 'the tool is there' uchroot --version
check 'the group has its number' group_has_number
check 'the parameter allowed_group is set' parameter_is allowed_group 2000
check 'the parameter log is set' parameter_is log 2
check 'the parameter locked is set' parameter_is locked Y
check 'a user who is not in the group cannot chroot' \
	user_cannot_chroot setpriv --no-new-privs
check 'a user can become a member' usermod -a -G chroot alice
check 'then he can' user_can_chroot
