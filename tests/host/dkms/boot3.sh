# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# UEFI Secure Boot is on, and the key of DKMS is not enrolled.

secure_boot() {
	mokutil --sb-state
	mokutil --sb-state | grep -q 'SecureBoot enabled'
}

# As a person does it, but for the prompt.
import_key() {
	mokutil --generate-hash="$(cat "$payload/mok-password")" >"$state/hash" &&
		mokutil --import /var/lib/dkms/mok.pub --hash-file "$state/hash"
}

import_waits() {
	mokutil --list-new | grep 'DKMS module signing key'
}

check 'Secure Boot is on' secure_boot
check 'modules-load.d could not load the module' not_loaded
check 'modprobe is refused in the known words' \
	refused 'Key was rejected by service' modprobe "$name"
check 'mokutil takes the key of DKMS' import_key
check 'the key waits for the next boot' import_waits
