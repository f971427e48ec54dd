# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# The first kernel. Secure Boot is on, and the key of the site is not enrolled.

check 'the machine runs the first kernel' test "$kernel" = "$first"
check 'Secure Boot is on' secure_boot
check 'the module was not loaded at boot' not_loaded
check 'the unit that loads it has failed' unit_is "$name.service" failed
check 'modprobe is refused in the known words' \
	refused 'Key was rejected by service' modprobe "$name"
check 'the alert ChrootModuleNotLoaded fires' fires ChrootModuleNotLoaded
check 'mokutil takes the key of the site' import_key "$payload/site.der"
