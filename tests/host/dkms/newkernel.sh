# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh sets what is used
#
# The build is mended, and the host gets kernels that are skipped.

# apt succeeds, DKMS built nothing and did not fail, the package is configured.
kernel_is_skipped() {
	apt "skip-$1" install "$payload/$1.deb" || return
	! grep -nE 'Error!|Bad return|failed' "$state/skip-$1.log" || return
	dkms_lacks "$2" && [ -z "$(dpkg --audit)" ]
}

exit_status_77() {
	dkms build "$name/$old" -k "$1"
	[ $? -eq 77 ]
}

mend() {
	mv /usr/bin/make.away /usr/bin/make && apt second -f install && remove_unit
}

check 'apt goes on with the second kernel' mend
check 'DKMS built the module for it by itself' dkms_has "$old" "$second"
check 'nothing complains of that' nothing_wrong_in second

check 'a kernel that is too old is skipped' kernel_is_skipped too-old 5.4.0-1-fake
check 'DKMS calls that kernel excluded' exit_status_77 5.4.0-1-fake
check 'a kernel without SECURITY_PATH is skipped' \
	kernel_is_skipped no-option 6.1.0-999-fake
check 'DKMS calls that one excluded too' exit_status_77 6.1.0-999-fake
