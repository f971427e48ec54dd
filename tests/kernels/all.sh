# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-kernels, which says what it does.

. "$top/scripts/lib/queue.sh"

dir=$build/matrix
begin=$(now)
jobs=${JOBS:-$(($(nproc) + 2))}
passed=0 failed=0 absent=0

fact() {
	cat "$dir/$1/$2" 2>/dev/null || :
}

# Its verdict, whatever happens.
job() {
	rm -rf "${dir:?}/$1" "$dir/$1.log" "$build/vm/kernel-$1"
	mkdir -p "$dir/$1"
	if [ -n "${MINUTES-}" ] && [ $(($(now) - begin)) -ge $((MINUTES * 60)) ]; then
		echo "not run" >"$dir/$1/verdict"
		echo "the $MINUTES minutes were over" >"$dir/$1/why"
		return
	fi
	# The lock is this script's alone.
	"$top/scripts/check-kernel" "$1" </dev/null >"$dir/$1.log" 2>&1 9>&- || :
	[ -e "$dir/$1/verdict" ] || {
		echo failed >"$dir/$1/verdict"
		echo "check-kernel broke off, see $dir/$1.log" >"$dir/$1/why"
	}
}

# What one that runs has done so far.
so_far() {
	tests=$(grep -acE '^(not )?ok ' "$build/vm/kernel-$1/result.log" 2>/dev/null || :)
	if [ "${tests:-0}" -gt 0 ]; then
		echo "$tests tests"
	else
		echo building
	fi
}

job_end() {
	echo "$2" >"$dir/$1/seconds"
	verdict=$(fact "$1" verdict)
	line="$1: $(fact "$1" release) $verdict"
	counts=$(fact "$1" counts)
	[ -z "$counts" ] || line="$line, ${counts% *} passed, ${counts#* } failed"
	line="$line, $2 s"
	case $verdict in
	passed)
		passed=$((passed + 1))
		good "$line"
		;;
	failed)
		failed=$((failed + 1))
		warn "$line: $(fact "$1" why)"
		sed 's/^/  | /' "$dir/$1.log" | tail -n 25 >&2
		;;
	*)
		absent=$((absent + 1))
		warn "$line: $(fact "$1" why)"
		;;
	esac
	"$top/tests/kernels/table" >"$build/kernels.md"
}

chosen="$* ${KERNELS-}"
for name in $chosen; do
	grep -q "^$name " "$top/tests/kernels/matrix" ||
		die "there is no kernel $name in the matrix" "See tests/kernels/matrix."
done
# In the matrix's order, which is a good one.
order=$(sed -n 's/^\([^# ][^ ]*\) .*/\1/p' "$top/tests/kernels/matrix" | while read -r name; do
	case " ${chosen% } " in
	'  ' | *" $name "*) echo "$name" ;;
	esac
done)

[ "$(id -u)" -eq 0 ] ||
	die "check-kernels works in Debian roots of its own, which takes root rights" "Run it as root."
mkdir -p "$dir"
exec 9>"$dir/lock"
flock -n 9 || die "another check-kernels runs in this tree" "Wait for it to end."

heading "preparing"
need make gcc libc6-dev check libsubunit-dev pkg-config qemu-system-x86 qemu-system-arm \
	qemu-system-ppc qemu-system-misc busybox-static cpio mmdebstrap xz-utils zstd binutils
"$top/tests/mac/load-apparmor"
"$top/tests/kernels/programs" amd64
heading "$(echo "$order" | wc -l) kernels, $jobs at a time"
# shellcheck disable=SC2086 # a list of words
run_jobs "$dir" "$jobs" $order

heading "result after $((($(now) - begin) / 60)) min $((($(now) - begin) % 60)) s"
cat "$build/kernels.md"
[ "$absent" -eq 0 ] || say "not obtainable or not run, and not counted: $absent"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
