# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The second kernel, after the build for it has failed.

# That of examples/node-exporter: the alerts have nothing else to judge by.
metrics_say() {
	sh "$payload/metrics" "$state" || return
	cat "$state/unprivileged_chroot.prom"
	for sample; do
		grep -xF "$sample" "$state/unprivileged_chroot.prom" || return
	done
}

check 'the machine runs the second kernel' test "$kernel" = "$second"
check 'the module was not loaded at boot' not_loaded
check 'the unit that loads it has failed' systemctl is-failed "$name.service"
check 'systemd names it among what has failed' sh -c "systemctl --failed | grep $name.service"
check 'no user can chroot' user_cannot_chroot setpriv --no-new-privs
check 'the metrics say so' metrics_say unprivileged_chroot_loaded\ 0 \
	"unprivileged_chroot_installed{kernel=\"$second\"} 0" \
	"unprivileged_chroot_installed{kernel=\"$first\"} 1"
