# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/review, which says what it does.

. "$top/scripts/lib/tap.sh"

here=$build/review
module=$here/module
justified=$top/tests/review/justified
mkdir -p "$here"

need make gcc libc6-dev
release=$("$top/tests/vm/kernel")
kdir=/lib/modules/$release/build

# -- tools: each prints "FILE:LINE[:COLUMN]: MESSAGE" ---------------------------------

# The analyzer needs no pass of its own: it is an option of the compiler. The
# commands of this build are what clang is given as well.
compile() {
	rm -rf "$module"
	"$top/tests/vm/module-source" "$module"
	make -C "$kdir" M="$module" W=1 KCFLAGS=-fanalyzer modules >"$here/compile.log" 2>&1 || {
		cat "$here/compile.log" >&2
		return 1
	}
}

run_gcc_analyzer() {
	grep -E 'warning:' "$here/compile.log" || :
}

# Options that clang does not have, or that switch its warnings off.
foreign='fanalyzer|fconserve-stack|mrecord-mcount|ftrivial-auto-var-init=[^ ]*'
foreign="$foreign|mfunction-return=[^ ]*|mindirect-branch[^ ]*|mharden-sls=[^ ]*"
foreign="$foreign|mpreferred-stack-boundary=[^ ]*|mskip-rax-setup|fmacro-prefix-map[^ ]*"
foreign="$foreign|fno-allow-store-data-races|falign-[^ ]*|fmin-function-alignment=[^ ]*"
foreign="$foreign|fcf-protection=[^ ]*|fno-stack-clash-protection|fzero-call-used-regs=[^ ]*"
foreign="$foreign|fplugin[^ ]*|Wimplicit-fallthrough=5|Wno-[^ ]*|Wp,-MMD[^ ]*"

# What clang says that it does not know, of the options of this compiler's today.
unknown_options() {
	(cd "$where" && eval "$line" -fsyntax-only) 2>&1 |
		sed -nE "s/.*(unknown argument|unsupported option):? '(-[^']*)'.*/\2/p
			s/.*unsupported argument '(.*)' to option '(-[^']*)'.*/\2\1/p"
}

# clang OPTION...: over every file, as the kernel has its own compiler do it. From
# 6.13 on that is done where the module is.
clang() {
	need clang
	for cmd in "$module"/src/.*.o.cmd; do
		line=$(sed -n 's/^\(saved\)\{0,1\}cmd_[^ ]* := //p' "$cmd" | head -n 1 |
			sed -E "s/ ; .*//; s/^ *[^ ]+/command clang/; s/ -($foreign)//g; s/ -c -o [^ ]+ / /")
		where=$module
		case $line in
		*"$module/src/"*) where=$kdir ;;
		esac
		for option in $(unknown_options); do
			line=$(echo "$line" | sed "s@ $option@@g")
		done
		(cd "$where" && eval "$line" -fdiagnostics-absolute-paths '"$@"') || return 1
	done
}

# Its own headers' warnings are the kernel's business.
run_clang() {
	clang -fsyntax-only -Wall -Wextra -Wno-unknown-warning-option -Wno-unused-parameter \
		-Wno-sign-compare -Wno-missing-field-initializers >"$here/clang.log" 2>&1 || {
		cat "$here/clang.log" >&2
		return 1
	}
	grep -E 'warning:|error:' "$here/clang.log" | grep "^$module/" || :
}

run_clang_analyzer() {
	clang --analyze --analyzer-output text >"$here/clang-analyzer.log" 2>&1 || {
		cat "$here/clang-analyzer.log" >&2
		return 1
	}
	grep -E 'warning:|error:' "$here/clang-analyzer.log" | grep "^$module/" || :
}

# Of the whole source only the reviewers' tools, and what scripts/in-tree looks at.
reviewers_tools() {
	series=$(echo "$release" | sed -nE 's/^([0-9]+\.[0-9]+).*/\1/p')
	tools=$here/linux-source-$series
	[ ! -e "$tools/scripts/unifdef.c" ] || return 0
	need xz-utils
	fetch "linux-source-$series" "$here/package" './usr/src/linux-source-*.tar.xz'
	rm -rf "$tools" "$tools.part"
	mkdir -p "$tools.part"
	quiet review-unpack "unpacking the reviewers' tools" \
		tar -x -J -C "$tools.part" --strip-components=1 --wildcards \
		-f "$here/package/usr/src/linux-source-$series.tar.xz" \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' '*/scripts/coccinelle' \
		'*/scripts/unifdef.c' '*/fs/open.c' '*/fs/Kconfig' '*/fs/Makefile' \
		'*/include/linux/fs_struct.h' '*/Documentation/admin-guide/index.rst' \
		'*/tools/testing/selftests/Makefile' '*/MAINTAINERS'
	rm -rf "$here/package"
	mv "$tools.part" "$tools"
}

run_checkpatch() {
	need perl
	reviewers_tools
	cd "$top"
	# Not the sources that a build has made.
	find src include probes tests/kmod -name '*.[ch]' ! -name '*.mod.c' -print0 | sort -z |
		xargs -0 perl "$tools/scripts/checkpatch.pl" --strict --no-tree --terse \
			--show-types -f >"$here/checkpatch.log" 2>&1 || :
	grep -q '^total: ' "$here/checkpatch.log" || {
		cat "$here/checkpatch.log" >&2
		return 1
	}
	grep -vE '^total: |^$' "$here/checkpatch.log" || :
}

# The rule as it would be sent, message included. No finding of it is right to stay.
run_patch() {
	need perl git
	reviewers_tools
	GIT_AUTHOR_NAME=Sender GIT_AUTHOR_EMAIL=sender@example.org \
		GIT_COMMITTER_NAME=Sender GIT_COMMITTER_EMAIL=sender@example.org \
		"$top/scripts/in-tree" -p "$tools" >"$here/in-tree.patch" || return 1
	rc=0
	perl "$tools/scripts/checkpatch.pl" --strict --no-tree --terse --show-types \
		"$here/in-tree.patch" >"$here/patch.log" 2>&1 || rc=$?
	[ "$rc" -le 1 ] || {
		cat "$here/patch.log" >&2
		return 1
	}
	grep -vE '^total: |^$' "$here/patch.log" || :
}

run_coccinelle() {
	need coccinelle
	reviewers_tools
	# Headers and probes too, and not what a build has made.
	rm -rf "$here/sources"
	"$top/tests/vm/module-source" "$here/sources"
	cd "$here/sources"
	find "$tools/scripts/coccinelle" -name '*.cocci' | sort | while read -r patch; do
		case $patch in
		*/check_bq27xxx_data.cocci | */badzero.cocci) continue ;;
		esac
		grep -q '^virtual report' "$patch" || continue
		options=$(sed -n 's,^// *Options: *,,p' "$patch" | head -n 1)
		# shellcheck disable=SC2086 # a list of words
		timeout 300 spatch --very-quiet -D report --no-show-diff $options \
			--cocci-file "$patch" --include-headers -I include --dir . \
			2>"$here/coccinelle.err" || {
			echo "src/none.c:0: spatch failed on ${patch##*/}"
			cat "$here/coccinelle.err" >&2
		}
	done >"$here/coccinelle.log"
	grep -E '^[^ :]+:[0-9]' "$here/coccinelle.log" || :
}

# -- findings --------------------------------------------------------------------------

# Line numbers move; what is said of a file stays.
findings() {
	sed -E "s@^$module/@@; s@^\./@@; s@^([^ :]+):[0-9:-]+ ?@\1: @; s@include/\./@include/@; s/ +/ /g; s/[‘’]/'/g" |
		sort | uniq -c | sed -E 's/^ *([0-9]+) (.*)/\2 [\1]/; s/ \[1\]$//'
}

# review TOOL: finds what is justified, and nothing else.
review() {
	grep -E "^$1: " "$justified" | sed "s/^$1: //; s/ # .*//" | sort >"$here/$1.justified" || :
	"run_$(echo "$1" | tr - _)" >"$here/$1.raw" || return
	findings <"$here/$1.raw" >"$here/$1.found"
	comm -13 "$here/$1.justified" "$here/$1.found" | sed 's/^/found: /'
	comm -23 "$here/$1.justified" "$here/$1.found" | sed 's/^/justified, but not found: /'
	cmp -s "$here/$1.justified" "$here/$1.found"
}

every_reason_is_given() {
	! grep -vE '^(#|$)|^[a-z-]+: .* # .' "$justified"
}

[ $# -gt 0 ] || set -- gcc-analyzer clang clang-analyzer checkpatch patch coccinelle
compiled=''
for tool; do
	case $tool in
	gcc-analyzer | clang | clang-analyzer)
		[ -n "$compiled" ] || compile || die "the module does not build: $here/compile.log"
		compiled=y
		;;
	checkpatch | patch | coccinelle) ;;
	*) die "there is no tool $tool" "Tools: gcc-analyzer clang clang-analyzer checkpatch patch coccinelle" ;;
	esac
	check "$tool" review "$tool"
done
check justified every_reason_is_given
conclude
