# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # who sources it has common.sh
#
# What has changed since a check was run that it depends on. Sourced.

# What one or another check alone takes, and the rest does not.
side='.ci scripts/lib/changed.sh tests/host tests/packages packaging debian examples/tree
	tests/debug tests/newcomer tests/mutants tests/fuzz tests/review tests/vm/*bochs*
	tests/guest/suites/uchroot tests/kernels/matrix tests/kernels/table tests/kernels/*.sh
	tests/kernels/root tests/kernels/packages tests/guest/lib/*.c
	tests/unit tests/check.sh tests/lint.sh tests/guest/suites/faults
	tests/guest/programs/churn.c man
	bench scripts/check scripts/check-* scripts/bench scripts/mutants scripts/deb scripts/rpm
	scripts/in-tree src/in-tree scripts/demo scripts/shell scripts/lint scripts/pictures'

# Documents and what was measured undo nothing.
none=':!*.md :!Documentation :!bench/results'

# changed_since COMMIT OWN...: the files, of what all checks take and what this one
# takes of the rest, or with :!PATH does not take.
changed_since() {
	if ! git_here cat-file -e "$1" 2>/dev/null; then
		echo 'unknown, as this clone does not have that commit'
		return
	fi
	since=$1
	shift
	set -f
	# shellcheck disable=SC2046,SC2086 # many paths, on purpose
	{
		git_here diff --name-only "$since" HEAD -- . $none \
			$(printf ':!%s ' $side) $(printf '%s\n' "$@" | grep '^:!')
		git_here diff --name-only "$since" HEAD -- "$@" $none
	} | sort -u
	set +f
}
