# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# UEFI Secure Boot is on, and the key of DKMS is not enrolled.

import_waits() {
	mokutil --list-new | grep 'DKMS module signing key'
}

check 'Secure Boot is on' secure_boot
check 'modules-load.d could not load the module' not_loaded
check 'modprobe is refused in the known words' \
	refused 'Key was rejected by service' modprobe "$name"
check 'mokutil takes the key of DKMS' import_key /var/lib/dkms/mok.pub
check 'the key waits for the next boot' import_waits
