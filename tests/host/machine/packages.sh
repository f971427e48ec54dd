# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # shared with the steps
#
# What all share that install packages of the module, beside lib.sh.

read -r old new <"$payload/versions"
first=$(cat "$payload/first")
second=$(cat "$payload/second")

# apt LOG ARGUMENT...
apt() {
	apt_log=$state/$1.log
	shift
	apt-get -y -q -o Dpkg::Use-Pty=0 "$@" >"$apt_log" 2>&1 || {
		apt_rc=$?
		cat "$apt_log"
		return "$apt_rc"
	}
	cat "$apt_log"
}

# The log of an installation must not hold these words.
nothing_wrong_in() {
	# DKMS's own look at Debian's kernels from 6.12 on makes readelf say this.
	! grep -v "^readelf: Warning: Section '.comment'" "$state/$1.log" |
		grep -inE 'warning|deprecated|error|fail|bad return'
}

version_is() {
	cat "/sys/module/$name/version"
	[ "$(cat "/sys/module/$name/version")" = "$1" ]
}

# The recipe of Documentation/fleets.md for a unit that loads the module.
configure_unit() {
	awk '/^## / { here = $0 == "## When a build fails" }
		/^```$/ { block = 0 }
		here && block
		/^```sh$/ { block = 1 }' "$payload/fleets.md" >"$state/recipe"
	cat "$state/recipe"
	sh -eu "$state/recipe" && systemctl is-enabled "$name.service"
}

remove_unit() {
	systemctl disable "$name.service" && rm "/etc/systemd/system/$name.service"
}

# -- Secure Boot ------------------------------------------------------------------

secure_boot() {
	mokutil --sb-state
	mokutil --sb-state | grep -q 'SecureBoot enabled'
}

# import_key FILE: as a person does it, but for the prompt
import_key() {
	mokutil --generate-hash="$(cat "$payload/mok-password")" >"$state/hash" &&
		mokutil --import "$1" --hash-file "$state/hash"
}

enrolled() {
	secure_boot && mokutil --list-enrolled | grep "$1"
}

# E: a module without a valid signature.
signature_accepted() {
	cat "/sys/module/$name/taint"
	! grep -q E "/sys/module/$name/taint"
}
