# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The second kernel, for which there is no module: as after a build that failed.

first_rests() {
	! grep -F "$first" "$state/answer"
}

check 'the machine runs the second kernel' test "$kernel" = "$second"
check 'the unit that loads the module has failed' unit_is "$name.service" failed
check 'so does a unit that needs it' \
	refused 'dependency job for needs-it.service failed' systemctl start needs-it.service
check 'no user can chroot' user_cannot_chroot setpriv --no-new-privs
check 'the alert ChrootModuleNotLoaded fires' fires ChrootModuleNotLoaded
check 'the alert ChrootModuleNotInstalled fires, for this kernel' \
	fires ChrootModuleNotInstalled "kernel=\"$second\""
check 'and not for the first' first_rests
