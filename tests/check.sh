# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check, which says what it does.

rounds=1000
results=$build/check
rm -rf "$results"
mkdir -p "$results"
. "$top/scripts/lib/queue.sh"
begin=$(now)
passed=0 failed=0

# The longest first: steps wait in this order for one of three places.
order='churn guest-tool lint guest-rest guest-race unit guest-module fuzz cost escape selinux build'
guest_parts='guest-race guest-tool guest-module guest-rest'

# The suites of a part of the guest tests: each takes about as long as the others,
# and the last has all that is not elsewhere.
suites() {
	case $1 in
	guest-race) echo race ;;
	guest-tool) echo uchroot ;;
	guest-module) echo module neighbours ;;
	guest-rest) echo -escape -race -uchroot -module -neighbours ;;
	esac
}

# Each step leaves lines "not ok NAME" and a last line "N passed, N failed" in
# its file of $results. One that leaves none has failed.
tap_step() {
	"$@" </dev/null >"$results/$step.log" 2>&1 || :
	"$top/tests/vm/tap" "skips=${skips-}" "$results/$step.log" >"$results/$step"
}

one_step() {
	if "$@" </dev/null >"$results/$step.log" 2>&1; then
		echo "1 passed, 0 failed" >"$results/$step"
	else
		printf '%s\n' "not ok $step" "0 passed, 1 failed" >"$results/$step"
	fi
}

counted_step() {
	"$@" </dev/null >"$results/$step.log" 2>&1 || :
	grep -E '^not ok |^[0-9]+ passed, [0-9]+ failed$' "$results/$step.log" \
		>"$results/$step" || :
}

# A build from nothing, as only that shows every warning.
strict_build() {
	rm -rf "$build/strict"
	"$top/tests/vm/module-source" "$build/strict"
	make -C "$kdir" M="$build/strict" W=1 modules
	! grep -qiE 'warning|error:' "$results/build.log"
}

# What has a limit of its own is judged in the guest, what is recorded here.
# shellcheck disable=SC2317,SC2329 # counted_step calls it
cost() {
	"$top/tests/vm/program" bench calls load start &&
		"$top/bench/guard" "$build/vm/bench/result.log" "$release"
}

# in_guest STEP: all but these run what was built before them.
in_guest() {
	case $1 in
	unit | lint | build) return 1 ;;
	esac
}

# shellcheck disable=SC2317 # counted_step calls it
guest_part() {
	# shellcheck disable=SC2046 # a list of words
	"$top/tests/vm/suites" -b -n "$1" -- $(suites "$1")
}

job() {
	step=$1
	# Of the run before, which says nothing of this one.
	rm -f "$build/vm/$1/result.log"
	! in_guest "$step" || [ -n "$built" ] || {
		printf '%s\n' "not ok $step: nothing to run was built" "0 passed, 1 failed" >"$results/$step"
		return
	}
	case $step in
	# What this host lacks may be skipped, and is named.
	unit) skips=allowed tap_step make -C "$top" unit ;;
	lint) tap_step make -C "$top" lint ;;
	build) one_step strict_build ;;
	guest-*) counted_step guest_part "$step" ;;
	escape) counted_step "$top/tests/escape/run" -b ;;
	selinux) counted_step "$top/tests/mac/selinux" -b ;;
	cost) counted_step cost ;;
	churn) counted_step "$top/tests/vm/program" churn "$rounds" ;;
	# Every seed runs through all that can be done with the module itself.
	fuzz) counted_step "$top/tests/vm/program" fuzz seconds=1 calls=80000 seed=1 seed=random ;;
	esac
}

title() {
	case $1 in
	unit) echo "host tests of the policy and the tool" ;;
	lint) echo "static checks" ;;
	build) echo "build without a warning" ;;
	guest-*) echo "tests in a virtual machine: ${1#guest-}" ;;
	escape) echo "ways out of a jail" ;;
	selinux) echo "SELinux enforcing" ;;
	cost) echo "cost in instructions" ;;
	churn) echo "$rounds rounds of loading and unloading" ;;
	fuzz) echo "random calls against a model" ;;
	esac
}

# What a step that runs beside others has done so far; nothing, when that is all.
so_far() {
	log=$build/vm/$1/result.log
	case $1 in
	guest-* | escape | selinux) grep -acE '^(not )?ok ' "$log" | sed -n 's/^[1-9].*/& tests/p' ;;
	unit | lint) grep -acE '^(not )?ok ' "$results/$1.log" | sed -n 's/^[1-9].*/& done/p' ;;
	churn) sed -n 's/^\(round [0-9]*\).*/\1/p' "$log" | tail -n 1 ;;
	fuzz) sed -n 's/^fuzz: \([0-9]* calls\).*/\1/p' "$log" | tail -n 1 ;;
	esac 2>/dev/null
}

# Adds up, and says what failed.
job_end() {
	counts=$(counts_of "$results/$1" 2>/dev/null)
	if [ -z "$counts" ]; then
		printf '%s\n' "not ok $1: it broke off" "0 passed, 1 failed" >>"$results/$1"
		warn "$1 broke off, the end of $results/$1.log:"
		tail -n 5 "$results/$1.log" | sed 's/^/  | /' >&2
		counts='0 1'
	fi
	passed=$((passed + ${counts% *})) bad=${counts#* }
	failed=$((failed + bad))
	# Whatever the count says: a failure that was named is one.
	if [ "$bad" -eq 0 ] && grep -q '^not ok' "$results/$1"; then
		failed=$((failed + 1))
		bad=1
	fi
	sed -n 's/^skipped [^ ]* /  skipped: /p' "$results/$1" | sort | uniq -c >&2
	# Numbers are worth seeing whatever the verdict is.
	case $1 in
	# The table itself is wider than a terminal.
	escape) grep -aE '^escape: ' "$results/$1.log" | sed 's/^escape:/ /' >&2 || : ;;
	cost | churn | fuzz) grep -aE '^(instructions|chroot |.*\(\) |memory |churn: |fuzz: .*seed)' "$results/$1.log" | sed 's/^/  /' >&2 || : ;;
	esac
	if [ "$bad" -eq 0 ]; then
		good "$(title "$1"): ${counts% *} passed, $bad failed, $2 s"
	else
		warn "$(title "$1"): ${counts% *} passed, $bad failed, $2 s"
		grep '^not ok' "$results/$1" | sed 's/^/  /' >&2
	fi
}

[ $# -gt 0 ] || set -- unit lint build guest escape selinux cost churn fuzz
all=''
for s; do
	case " guest $order " in
	*" $s "*) all="$all $(echo "$s" | sed "s/^guest$/$guest_parts/")" ;;
	*) die "there is no step $s" "Steps: guest $order" ;;
	esac
done
steps=''
for s in $order; do
	case " $all " in
	*" $s "*) steps="$steps $s" ;;
	esac
done

heading "preparing"
# All at once: root is asked once, and who is not root is told once.
packages="make gcc libc6-dev check libsubunit-dev pkg-config python3 bash-completion qemu-system-x86 busybox-static cpio $(kernel_packages)"
# MB of disk: with what apt keeps, and the Debian root that SELinux's policy is made in.
room=1100
for s in $steps; do
	case $s in
	lint) packages="$packages git patch shellcheck sparse binutils mandoc clang" room=$((room + 500)) ;;
	guest-*) packages="$packages trace-cmd" ;;
	selinux) [ -e "$build/selinux-policy" ] || packages="$packages mmdebstrap debian-archive-keyring" room=$((room + 600)) ;;
	esac
done
# shellcheck disable=SC2086 # a list of words
[ -z "$(lacking $packages)" ] || need_room /usr "$room" "what is installed and built"
# shellcheck disable=SC2086 # a list of words
need $packages
release=$("$top/tests/vm/kernel")
kdir=/lib/modules/$release/build
say "kernel: $release"

built=''
for s in $steps; do
	in_guest "$s" || continue
	! "$top/tests/vm/build" module guest || built=y
	break
done

heading "three at a time"
for s in $steps; do
	say "to do: $(title "$s")"
done
# On two processors: a guest waits for a third of its time.
# shellcheck disable=SC2086 # a list of words
run_jobs "$results" 3 $steps

heading "result after $((($(now) - begin) / 60)) min $((($(now) - begin) % 60)) s"
if [ "$failed" -gt 0 ]; then
	for s in $steps; do
		! grep -q '^not ok' "$results/$s" || {
			echo "$s failed:"
			grep '^not ok' "$results/$s" | sed 's/^/  /'
			echo "  why: build/check/$s.log; of a virtual machine also build/vm"
			echo "  once more: scripts/check $s"
		}
	done
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
