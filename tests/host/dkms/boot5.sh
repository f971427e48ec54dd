# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# Secure Boot is on, and MokManager has enrolled the key.
# shellcheck disable=SC2034
ending=poweroff

check 'the key is enrolled, Secure Boot is on' enrolled 'DKMS module signing key'
check 'modules-load.d loaded the module at boot' loaded
check 'the kernel accepts its signature' signature_accepted
check 'it is the new version' version_is "$new"
check 'a user with no_new_privs can chroot' user_can_chroot
check 'a user without it cannot' user_cannot_chroot env
