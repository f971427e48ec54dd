# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-debug, which says what it does.

# What runs beside the guest tests: a program of build/guest and its arguments.
programs() {
	cat <<-END_OF_LIST
		churn 12
		fuzz seconds=1 calls=20000 seed=1
	END_OF_LIST
}

# Each mistake of tests/kmod/planted.c, and what the kernel calls it. The number is
# that of the guest: lockdep is silent after its first report, the last one dies.
planted() {
	case $kernel in
	*-kasan)
		cat <<-END_OF_LIST
			1 lock-order possible circular locking dependency
			1 use-after-free BUG: KASAN: .*use-after-free
			1 out-of-bounds BUG: KASAN: slab-out-of-bounds
			1 sleep-in-atomic BUG: sleeping function called from invalid context
			1 shift UBSAN: shift-out-of-bounds
			1 leak guest: kmemleak: comm "insmod"
			2 rcu suspicious RCU usage
			2 free-active ODEBUG: free active
			2 list list_del corruption
		END_OF_LIST
		;;
	*-kcsan)
		cat <<-END_OF_LIST
			1 lock-order possible circular locking dependency
			1 data-race BUG: KCSAN: data-race in .*planted
		END_OF_LIST
		;;
	esac
}

all_kernels='6.1-kasan 6.12-kasan 6.1-kcsan'
all_steps=planted,tests,programs,faults,coverage
steps=$all_steps
while getopts s: opt; do
	case $opt in
	s) steps=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all_kernels
for kernel; do
	case " $all_kernels " in
	*" $kernel "*) ;;
	*) die "there is no debug kernel $kernel" "Kernels: $all_kernels" ;;
	esac
done
[ "$(id -u)" -eq 0 ] ||
	die "check-debug works in a Debian root of its own, which takes root rights" "Run it as root."

. "$top/tests/vm/slow.sh"
. "$top/tests/debug/machine.sh"
# What uchroot explains, in each situation with one of up to 22 sets of parameters: it
# is the tool that is tested there, and five situations with all took a quarter hour.
agreement_step=22

# -- the kernel and the module ------------------------------------------------------

# All that the module and the test modules are made from.
ingredients() {
	echo "$debug"
	cd "$top"
	find Makefile Kbuild src include probes tests/kmod -name '*.[ch]' ! -name '*.mod.c' -o \
		-name Kbuild -o -name Makefile | LC_ALL=C sort | xargs sha256sum
}

# The module counts its lines, the test modules do not.
build_module() {
	rm -rf "${root:?}$tree"
	"$top/tests/vm/module-source" -t "$root$tree"
	in_root make -C "$tree" KDIR="$kdir" W=1 kmod || return 1
	in_root make -C "$tree" KDIR="$kdir" W=1 GCOV_PROFILE=y module
}

prepare() {
	debug=$("$top/tests/debug/kernel" "${kernel%-*}" guest checks "${kernel##*-}")
	release=$(cat "$debug/release") root=$(cat "$debug/root") kdir=$(cat "$debug/kdir")
	tree=/src/module-$(basename "$debug")
	# Steps that run one after the other count the lines of one and the same module:
	# the compiler gives each build a number, and counters of another one do not fit.
	(ingredients) >"$here/ingredients.new"
	if ! cmp -s "$here/ingredients.new" "$here/ingredients" ||
		[ ! -e "$root$tree/unprivileged_chroot.ko" ]; then
		rm -f "$here/ingredients" "$build/vm/debug-$kernel-"*/coverage.tar
		quiet "debug-module-$kernel" "$kernel: building the module with coverage" build_module ||
			die "the module does not build for $kernel"
		mv "$here/ingredients.new" "$here/ingredients"
	fi
	! grep -iE 'warning: ' "$logs/debug-module-$kernel.log" >&2 ||
		fail "the compiler warns: $logs/debug-module-$kernel.log"
	payload_of "$build/guest"
}

# -- steps ---------------------------------------------------------------------------

# boot NAME MODE ARGUMENTS [CMDLINE]: 0 when it ended well; its log is not judged.
boot() {
	"$top/tests/vm/initramfs" -k "$release" -m "$here/unprivileged_chroot.ko" \
		-p "$payload" tests "$build/debug-$kernel.cpio"
	"$top/tests/vm/run" -m "$2" -n "debug-$kernel-$1" -k "$release" -t "$UCHROOT_TIMEOUT" \
		-c "args=$(echo "$3" | tr ' ' ,) $cmdline ${4-}" "$build/debug-$kernel.cpio" >"$here/$1.vm" 2>&1
}

# Good when the check reports the mistake and that makes the run a failure.
step_planted() {
	planted >"$here/planted"
	for guest in 1 2; do
		faults=$(sed -n "s/^$guest \([^ ]*\) .*/\1/p" "$here/planted" | paste -s -d ' ')
		[ -n "$faults" ] || continue
		boot "planted-$guest" planted "$faults" "panic_on_warn=0 kasan_multi_shot" || :
		"$top/tests/vm/klog" "$build/vm/debug-$kernel-planted-$guest" >/dev/null 2>&1 || :
	done
	while read -r guest fault report <&3; do
		if grep -qE "$report" "$build/vm/debug-$kernel-planted-$guest/found.log"; then
			pass "planted $fault: reported, and judged a failure"
		else
			fail "planted $fault: no \"$report\" in $build/vm/debug-$kernel-planted-$guest/found.log"
		fi
	done 3<"$here/planted"
}

step_tests() {
	"$top/tests/vm/suites" -b -s ${races:+"$races"} -k "$release" -m "$here/unprivileged_chroot.ko" \
		-p "$payload" -n "debug-$kernel-tests" \
		-c "CK_TIMEOUT_MULTIPLIER=$slowness AGREEMENT_STEP=$agreement_step $cmdline" >"$here/tests.log" || :
	add tests
}

has_faults() {
	[ "${kernel##*-}" = kasan ]
}

# A load that fails in the middle makes the kernel itself warn in places. Which
# of its warnings are expected stands in a file, so the machine goes on.
step_faults() {
	has_faults || return 0
	dir=$build/vm/debug-$kernel-faults
	rc=0
	boot faults tests faults "CK_TIMEOUT_MULTIPLIER=$slowness panic_on_warn=0" || rc=$?
	sed -n 's/^# faults: /  /p' "$dir/result.log" >&2
	"$top/tests/vm/tap" "$dir/result.log" >"$here/faults.log"
	add faults
	if [ "$rc" -ne 0 ]; then
		fail "faults: the guest's status is $rc: $here/faults.vm"
	elif ! "$top/tests/vm/klog" -a "$top/tests/debug/klog-allow-faults" "$dir" >&2; then
		fail "faults: kernel log"
	else
		pass "faults: kernel log"
	fi
}

step_programs() {
	programs >"$here/programs"
	while read -r program arguments <&3; do
		[ -e "$build/guest/$program" ] || {
			fail "there is no program $program in build/guest"
			continue
		}
		if ! boot "$program" "$program" "$arguments"; then
			fail "$program: it did not end well: $here/$program.vm"
		elif ! "$top/tests/vm/klog" ${races:+"$races"} "$build/vm/debug-$kernel-$program" >&2; then
			fail "$program: kernel log"
		else
			pass "$program $arguments"
		fi
	done 3<"$here/programs"
}

# Without faults the ways out of errors would be missing.
step_coverage() {
	has_faults || return 0
	if "$top/tests/debug/coverage" "$root" "$tree" "$here/coverage" \
		"$build/vm/debug-$kernel-"*/coverage.tar >"$here/coverage.log" 2>&1; then
		pass "coverage: $(tail -n 1 "$here/coverage.log")"
	else
		sed 's/^/  /' "$here/coverage.log" >&2
		fail "coverage: $(tail -n 1 "$here/coverage.log")"
	fi
}

# -- all -----------------------------------------------------------------------------

heading "preparing"
need make gcc libc6-dev check libsubunit-dev pkg-config qemu-system-x86 \
	busybox-static cpio mmdebstrap xz-utils jq
"$top/tests/vm/build" guest
for kernel; do
	heading "$kernel"
	here=$build/debug/$kernel
	mkdir -p "$here"
	rm -f "$here"/*.log
	races='' cmdline=''
	case $kernel in
	# The kernel's own races shall not end the guest.
	*-kcsan) races=-r cmdline=panic_on_warn=0 ;;
	esac
	prepare
	for step in $(echo "$steps" | tr ',' ' '); do
		case ,$all_steps, in
		*",$step,"*) "step_$step" ;;
		*) die "there is no step $step" "Steps: $all_steps" ;;
		esac
	done
done

conclude
