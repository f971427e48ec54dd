# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/lint, which says what it does.

need git patch shellcheck sparse make gcc libc6-dev binutils mandoc
release=$("$top/tests/vm/kernel")
kdir=/lib/modules/$release/build
cd "$top"
. "$top/scripts/lib/tap.sh"

files() {
	project_files | tr '\0' '\n'
}

# with_first_line REGEX
with_first_line() {
	files | while read -r file; do
		! head -n 1 "$file" 2>/dev/null | grep -qaE "$1" || echo "$file"
	done
}

shell_scripts() {
	with_first_line '^#!.*sh$'
	files | grep '\.sh$'
}

shellcheck_all() {
	shell_scripts | xargs shellcheck -x
}

# sparse sees what the compiler does not: user pointers, locks, static.
sparse_module() {
	rm -rf "$build/sparse"
	tests/vm/module-source "$build/sparse"
	make -C "$kdir" M="$build/sparse" C=2 modules >"$build/sparse/log" 2>&1 || {
		cat "$build/sparse/log"
		return 1
	}
	! grep -E "^$build/sparse/.*(warning|error):" "$build/sparse/log"
}

# Callers on several processors share no line of the cache by counting: each has
# counters of its own, and changes them without a lock.
counters_per_processor() {
	objdump -t "$1" | grep 'data\.\.percpu.* counters$' &&
		objdump -d "$1" | awk '/<uchroot_report>:$/, /^$/' >"$build/report.S" &&
		grep 'inc.*%gs:.*(,' "$build/report.S" && ! grep -w lock "$build/report.S"
}

# A kernel without one of these, or with the rule built in, must be refused in words,
# not by some error deep in a header. The option is changed after the kernel has set it.
refuses_kernels() {
	tests/vm/module-source "$build/refused"
	for option in SECURITY_PATH KPROBES 'DYNAMIC_FTRACE_WITH_REGS DYNAMIC_FTRACE_WITH_ARGS' \
		UNPRIVILEGED_CHROOT; do
		for word in $option; do
			echo "#undef CONFIG_$word"
			[ "$word" != UNPRIVILEGED_CHROOT ] || echo "#define CONFIG_$word 1"
		done >"$build/refused/undef.h"
		# One object of ours is enough, and must not be made.
		if make -C "$kdir" M="$build/refused" \
			KCFLAGS="-include $build/refused/undef.h" \
			modules >"$build/refused/log" 2>&1; then
			echo "a kernel was not refused for its $option"
			return 1
		fi
		grep -q "error.*unprivileged_chroot: .*${option%% *}" "$build/refused/log" || {
			echo "no word about $option:"
			cat "$build/refused/log"
			return 1
		}
	done
}

spdx() {
	{
		files | grep -E '\.(c|h|sh)$|^Makefile$|^Kbuild$|/Kbuild$'
		with_first_line '^#!'
	} |
		while read -r file; do
			head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0' ||
				echo "$file has no SPDX line"
		done
}

# Kernel versions are no guide to what a kernel has: stable ones backport.
no_version_tests() {
	! grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' src/*.c include/*.h
}

# A source and its header are one room; who includes another's header stands above
# it. tsort names the rooms of a circle.
# shellcheck disable=SC2016 # these are awk's dollars
no_include_circle() {
	files | sed -nE 's,^(\./)?(.*\.[ch])$,\2,p' | xargs awk '
		function room(file) {
			sub(/\.[ch]$/, "", file)
			sub(/^src\//, "include/", file)
			return file
		}
		BEGIN {
			for (i = 1; i < ARGC; i++) {
				name = ARGV[i]
				sub(/.*\//, "", name)
				where[ARGV[i]] = where[name] = ARGV[i]
			}
		}
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			split($0, part, "\"")
			sub(/.*\//, "", part[2])
			near = FILENAME
			sub(/[^\/]*$/, part[2], near)
			file = near in where ? near : where[part[2]]
			if (file && room(file) != room(FILENAME))
				print room(FILENAME), room(file)
		}' >"$build/rooms"
	[ "$(wc -l <"$build/rooms")" -gt 50 ] || {
		echo "the includes were not found"
		return 1
	}
	tsort "$build/rooms" >/dev/null
}

# Each claim of SECURITY.md names in its last column the tests that show it, as
# `suite/test`, and they exist: functions, or in the suite escape techniques.
# shellcheck disable=SC2016 # these are Markdown's backquotes
security_names_tests() {
	awk -F ' [|] ' '
		!/^\|/ { claims = 0 }
		claims && !/^\|-/ { sub(/ \|$/, ""); print $NF }
		/^\| .* shown by \|$/ { claims = 1 }' SECURITY.md >"$build/claims"
	[ "$(wc -l <"$build/claims")" -gt 20 ] || echo "the tables of claims were not found"
	grep -vE '^(`[a-z_]+/[^`]+`(, |$))+$|^no test: ' "$build/claims" | sed 's/^/not a list of tests: /'
	grep -o '`[^`]*`' "$build/claims" | tr -d '`' | while IFS=/ read -r suite name; do
		set -- "tests/guest/suites/$suite.c" "tests/guest/suites/$suite/"*.c
		[ "$suite" != escape ] || set -- tests/escape/*.c
		grep -qsF -e "START_TEST($name)" -e "{ \"$name\"," "$@" ||
			echo "there is no test $suite/$name"
	done
}

# Where a path begins with a top-level folder, and where a link leads within the
# project, there is something. NAME stands for others, and the past may be told of
# what is gone.
documents_name_paths() {
	folders=$(files | sed -n 's,/.*,,p' | sort -u | paste -s -d '|')
	files | grep -E '\.md$|^man/|^Documentation/' | grep -vx CHANGELOG.md | while read -r document; do
		{
			grep -oE "(^|[^[:alnum:]_./-])($folders)/[[:alnum:]_./*-]*" "$document" |
				sed -E 's/^[^[:alnum:].]//; s/[.]+$//'
			grep -o ']([^)#:][^):]*)' "$document" |
				sed "s,^](,$(dirname "$document")/,; s/[#)].*//"
		} | grep -v NAME | sort -u | while read -r path; do
			# shellcheck disable=SC2086 # it may be a pattern
			ls -d $path >/dev/null 2>&1 || echo "$document: there is no $path"
		done
	done
}

# dkms.conf has the version. What cannot read it there says the same; the changelog
# may have more at its head, which is not released yet.
same_version() {
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' dkms.conf)
	{
		sed -n '1s/.*(\(.*\)).*/debian\/changelog \1/p' debian/changelog
		sed -n 's,^Version:[[:blank:]]*,packaging/rpm ,p' packaging/rpm/*.spec
		sed -n 's,^pkgver=,packaging/arch/PKGBUILD ,p' packaging/arch/PKGBUILD
		sed -n 's/^## \[\([0-9].*\)\].*/CHANGELOG.md \1/p' CHANGELOG.md | head -n 1
	} >"$build/versions"
	[ "$(wc -l <"$build/versions")" -eq 5 ] || echo "not all versions were found"
	grep -v " $version\$" "$build/versions" | sed "s/\$/, and dkms.conf $version/"
}

# What is in a folder can be seen at once. A header belongs to its file.
small_folders() {
	files | awk -F / '{
		folder = "."
		sub(/[.]h$/, ".c", $NF)
		for (i = 1; i <= NF; i++) {
			if (!seen[folder, $i]++)
				entries[folder]++
			folder = folder "/" $i
		}
	}
	END {
		for (folder in entries)
			if (entries[folder] > 24)
				print folder " has " entries[folder] " entries"
	}'
}

# The references to other pages depend on what is installed here.
manuals() {
	mandoc -T lint -W warning man/* || return
	! mandoc -T lint -W style man/* | grep -v 'referenced manual not found'
}

# Every parameter and every reason has its place in the manual.
manual_is_complete() {
	{
		sed -n 's/^module_param_cb(\([a-z_]*\),.*/\1/p' src/params.c
		sed -n 's/^	\[UCHROOT_.*"\([a-z_]*\)",$/\1/p' src/policy.c | grep -vx none
	} | while read -r word; do
		grep -qE "^\.(It )?(Va|Cm) ([a-z_]* , Va )*$word( |\$)" \
			man/unprivileged_chroot.4 || echo "$word is not in the manual"
	done
}

# A mutant that does not apply any more shows nothing.
mutants_apply() {
	for patch in tests/mutants/*/*.patch; do
		patch -s -p1 --fuzz=0 --dry-run <"$patch" || echo "$patch is stale"
	done
}

check shellcheck shellcheck_all
check mutants-apply silent mutants_apply
check security-names-tests silent security_names_tests
check same-version silent same_version
check small-folders silent small_folders
check documents-name-paths silent documents_name_paths
check manuals manuals
check manual-is-complete silent manual_is_complete
check sparse sparse_module
check direct-calls tests/vm/direct-calls "$build/sparse/unprivileged_chroot.ko"
check counters-per-processor counters_per_processor "$build/sparse/unprivileged_chroot.ko"
check refuses-kernels refuses_kernels
check review scripts/review gcc-analyzer clang clang-analyzer
check spdx silent spdx
check no-version-tests no_version_tests
check no-include-circle no_include_circle
check kernel-table tests/kernels/table check
check pictures scripts/pictures check
conclude
