# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # shared with who sources it
#
# Results as TAP, for tests in shell. Sourced; $dir is then a directory that is gone
# at the end.

tap_name=${0##*/}
tap_name=${tap_name#test_}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0 failed=0

# check NAME COMMAND...: one result; what the command says is for who it fails for.
check() {
	number=$((number + 1)) check_name=$1
	shift
	if "$@" >"$dir/check.log" 2>&1; then
		echo "ok $number - $tap_name:$check_name: Passed"
	else
		failed=$((failed + 1))
		echo "not ok $number - $tap_name:$check_name"
		tail -n 100 "$dir/check.log" | sed 's/^/# /'
	fi
}

# is TEXT COMMAND...: that is all it prints
is() {
	is_wanted=$1
	shift
	is_found=$("$@")
	printf '%s\n' "expected: $is_wanted" "found: $is_found"
	[ "$is_found" = "$is_wanted" ]
}

# silent COMMAND...: it prints nothing but its complaints, and has none
silent() {
	"$@" >"$dir/complaints" 2>&1
	cat "$dir/complaints"
	[ ! -s "$dir/complaints" ]
}

# After the last check: is all well?
conclude() {
	echo "1..$number"
	[ "$failed" -eq 0 ]
}
