# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What the steps of scripts/check-dkms share, beside lib.sh and packages.sh.

package=unprivileged-chroot-dkms

# dkms_has VERSION KERNEL: installed for it?
dkms_has() {
	dkms status
	dkms status "$name/$1" -k "$2" | grep -q ': installed'
}

dkms_lacks() {
	dkms status
	! dkms status | grep -qF "$1"
}
