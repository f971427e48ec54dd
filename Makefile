# SPDX-License-Identifier: GPL-2.0
# "make help" lists what can be asked for.

ifneq ($(words $(CURDIR)),1)
$(error make cannot build in a directory with a space in its name: move $(CURDIR) to another)
endif

KVERSION ?= $(shell uname -r)
KVER ?= $(KVERSION)
KDIR ?= /lib/modules/$(KVERSION)/build
HOSTCC ?= cc
W ?= 1
# The flags of a kernel that clang built mean nothing to gcc. "make LLVM=-16" names a
# version of it, "make LLVM=" has gcc try.
ifndef LLVM
export LLVM := $(shell grep -qs '^CONFIG_CC_IS_CLANG=y' '$(KDIR)/include/config/auto.conf' && echo 1)
endif

TEST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -Iinclude
CHECK_LIBS = $$(pkg-config --libs --static check)

PREFIX ?= /usr/local
bindir = $(PREFIX)/bin
datadir = $(PREFIX)/share
mandir = $(datadir)/man

version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)
tool_sources := $(wildcard tools/*.c tools/*/*.c) src/policy.c
tool_headers := $(wildcard tools/*.h tools/*/*.h) include/policy.h
# Before the builder's own flags, which have the last word: -O, for one.
TOOL_CFLAGS = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -O2 -Wall -Wextra \
	-Wno-format-truncation -fPIE -fstack-protector-strong $(FORTIFY) \
	-Iinclude -Itools -Itools/explain -Itools/look -DUCHROOT_VERSION='"$(version)"'
# It warns where nothing is optimized, or when it is asked for twice.
FORTIFY = $(if $(filter -O0,$(CFLAGS))$(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,\
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)

guest_objects := $(patsubst tests/guest/%.c,build/guest/obj/%.o,\
	$(wildcard $(addprefix tests/guest/,lib/*.c suites/*.c suites/*/*.c))) \
	$(patsubst tests/escape/%.c,build/guest/obj/escape/%.o,$(wildcard tests/escape/*.c))
guest_includes := -Itests/guest/lib -Itests/guest/suites
guest_headers := $(wildcard $(addprefix tests/guest/,lib/*.h suites/*.h suites/*/*.h))
guest_programs := build/guest/guest-tests build/guest/bench \
	build/guest/fuzz build/guest/uchroot build/guest/self-sandbox \
	$(patsubst tests/guest/programs/%.c,build/guest/%,$(wildcard tests/guest/programs/*.c))

lacking_modules := $(patsubst %,build/kmod/lacks-%.ko,\
	current_chrooted __ia32_sys_chroot)

# Root who installs, or builds in somebody else's clone, leaves nothing of its own
# there that its owner could not remove. (The scripts see to that themselves.)
ifndef UCHROOT_OWNER
ifeq ($(shell id -u),0)
owner := $(filter-out 0,$(shell stat -c %u '$(CURDIR)'))
ifneq ($(owner),)
build/% module kmod dist: private SHELL := $(shell command -v setpriv)
build/% module kmod dist: private .SHELLFLAGS := --reuid=$(owner) \
	--regid=$(shell stat -c %g '$(CURDIR)') --clear-groups sh -c
endif
endif
endif

.PHONY: all module tool install uninstall unit guest kmod lint review pictures demo shell \
	check check-kernels check-newcomer check-dkms check-packages check-programs check-debug \
	check-built-in check-all bench fuzz \
	fuzz-tool mutants deb rpm deb-module rpm-module dist dkms-install dkms-uninstall clean distclean has-check help

all: module

help:
	@echo 'To see it, in a virtual machine (this host stays as it is):'
	@echo '  make demo           watch it at work, step by step'
	@echo '  make shell          the same machine, to try things as a user'
	@echo 'To have it here:'
	@echo '  make dkms-install   build it for this and every later kernel (as root)'
	@echo '  make deb            the Debian packages (LINTIAN=1: let lintian judge them)'
	@echo '  make rpm            the same for RPM (RPMLINT=1: let rpmlint judge them)'
	@echo '  make deb-module, make rpm-module   the module built for the kernel KVER,'
	@echo '                      for hosts without a compiler, signed with MODULE_KEY'
	@echo '  make dist           the release tarball, of what is committed'
	@echo '  make                the module alone, against the headers in KDIR,'
	@echo '                      $(KDIR)'
	@echo '  make tool           uchroot, which runs a command in another root'
	@echo '  make install        uchroot, its manual and completion, below PREFIX,'
	@echo '                      $(PREFIX)'
	@echo '  make uninstall, make dkms-uninstall   take back what these installed'
	@echo '  make clean          remove what was built'
	@echo '  make distclean      and the kernels and Debian roots that are kept (sudo)'
	@echo 'To test it:'
	@echo '  make check          all tests'
	@echo '  make unit           policy, tool and build, on this host: a minute'
	@echo '  make lint           static checks'
	@echo '  make check-kernels  the guest tests on the other Debian kernels'
	@echo '  make check-newcomer what the README says, on clean Debian systems (root)'
	@echo '  make check-debug    all of it on kernels that check themselves (root, slow)'
	@echo '  make check-built-in the rule in the kernel itself, without a module (root, slow)'
	@echo '  make check-dkms     install, upgrade, Secure Boot in a Debian machine (root)'
	@echo '  make check-packages packages of all kinds, installed; alerts; Ansible (root)'
	@echo '  make check-programs HAProxy, BIND, Apache... in a Debian machine (root)'
	@echo '  make check-all      every check, and a page of what came of it (root, a day)'
	@echo '  make bench          what it costs, beside others; data and pictures (root)'
	@echo '  make fuzz           random calls against a model, and races (long)'
	@echo '  make fuzz-tool      uchroot with random arguments under sanitizers: minutes'
	@echo '  make mutants        break the module on purpose; the tests must notice'
	@echo 'To work on it:'
	@echo '  make review         what kernel reviewers would run'
	@echo '  make guest          the programs that run inside the virtual machine'
	@echo '  make pictures       draw the pictures of the documentation again'

# -- the module --------------------------------------------------------------

module:
	@test -e '$(KDIR)/Makefile' || { \
		echo 'Cannot build the module: no kernel headers at $(KDIR).' >&2; \
		echo 'Install them (Debian: apt install linux-headers-$(KVERSION)).' >&2; \
		echo 'If apt does not know them, that kernel has left the archive: upgrade to' >&2; \
		echo 'the newest (apt update; apt full-upgrade), reboot, and install its headers.' >&2; \
		echo 'Or name others: make KDIR=/lib/modules/VERSION/build' >&2; \
		exit 1; }
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' W=$(W) modules

dkms-install:
	MANDIR='$(mandir)' scripts/dkms-install

dkms-uninstall:
	MANDIR='$(mandir)' scripts/dkms-install -u

# -- the tool and the manuals --------------------------------------------------

# Static where the C library can be: it starts with two thirds of the instructions
# (Documentation/performance.md). "make TOOL_LINK=" links with libraries, as distributions want.
TOOL_LINK ?= $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -x c -fPIE -static-pie -o /dev/null - 2>/dev/null && echo -static-pie -s)

tool: build/uchroot

# For measuring.
build/libraries/uchroot: TOOL_LINK =

build/uchroot build/libraries/uchroot: $(tool_sources) $(tool_headers)
	@mkdir -p $(@D)
	$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -Wl,-z,relro,-z,now $(LDFLAGS) \
		$(or $(TOOL_LINK),-pie) -o $@ $(tool_sources)

# The module and its manual are DKMS's business: make dkms-install.
program = $(DESTDIR)$(bindir)/uchroot
manual = $(DESTDIR)$(mandir)/man1/uchroot.1
completion = $(DESTDIR)$(datadir)/bash-completion/completions/uchroot

install: build/uchroot
	@mkdir -p '$(DESTDIR)$(PREFIX)' 2>/dev/null && test -w '$(DESTDIR)$(PREFIX)' || { \
		echo 'Cannot install: no right to write to $(DESTDIR)$(PREFIX).' >&2; \
		echo 'Try: sudo make install, or make install PREFIX=$$HOME/.local' >&2; \
		exit 1; }
	install -D -m 755 build/uchroot '$(program)'
	install -D -m 644 man/uchroot.1 '$(manual)'
	install -D -m 644 packaging/bash-completion/uchroot '$(completion)'

uninstall:
	rm -f '$(program)' '$(manual)' '$(completion)'

# -- tests -------------------------------------------------------------------

unit: build/unit/test_policy build/unit/test_arguments build/uchroot
	build/unit/test_policy
	build/unit/test_arguments
	tests/unit/test_uchroot build/uchroot
	tests/unit/test_uchroot_look build/uchroot
	tests/unit/test_uchroot_options build/uchroot
	tests/unit/test_completion
	tests/unit/test_dkms_install
	tests/unit/test_bench_guard
	tests/unit/test_klog
	tests/unit/test_dkms_conf
	tests/unit/test_probes $(patsubst %/Makefile,%,$(wildcard $(KDIR)/Makefile))
	tests/unit/test_vm_limit
	tests/unit/test_self_sandbox
	tests/unit/test_examples
	tests/unit/test_metrics

# Asked before the compiler is, whose words for it are not as plain. Who names the
# library itself, for another architecture, has it elsewhere.
has-check:
	@$(if $(filter command,$(firstword $(origin CHECK_LIBS))),true ||) pkg-config --exists check 2>/dev/null || { \
		echo 'Cannot build the tests: the library Check or pkg-config is not here.' >&2; \
		echo 'Install them (Debian: apt install check libsubunit-dev pkg-config),' >&2; \
		echo 'or let the script do that: scripts/check unit' >&2; \
		exit 1; }

build/unit/test_policy: tests/unit/test_policy.c src/policy.c include/policy.h | has-check
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -o $@ $(filter %.c,$^) $(CHECK_LIBS)

build/unit/test_arguments: tests/unit/test_arguments.c include/arguments.h | has-check
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -o $@ $< $(CHECK_LIBS)

guest: $(guest_programs) kmod

build/guest/obj/%.o: tests/guest/%.c $(guest_headers)
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) $(guest_includes) -c -o $@ $<

build/guest/obj/escape/%.o: tests/escape/%.c $(wildcard tests/escape/*.h) $(guest_headers)
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) $(guest_includes) -c -o $@ $<

$(guest_objects): | has-check

build/guest/guest-tests: $(guest_objects)
	$(HOSTCC) -static -o $@ $^ $(CHECK_LIBS) -lpthread

fuzz_objects := $(patsubst tests/fuzz/%.c,build/guest/fuzz-obj/%.o,\
	$(wildcard tests/fuzz/*.c))

# Fast, as most of a long run is spent here.
build/guest/fuzz-obj/%.o: tests/fuzz/%.c tests/fuzz/fuzz.h tests/guest/lib/program.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -O2 -c -o $@ $<

build/guest/fuzz: $(fuzz_objects)
	$(HOSTCC) -static -o $@ $^ -lpthread

bench_objects := $(patsubst bench/%.c,build/guest/bench-obj/%.o,\
	$(wildcard bench/*.c))

build/guest/bench-obj/%.o: bench/%.c bench/bench.h tests/guest/lib/program.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -Itests/guest/lib -c -o $@ $<

build/guest/bench: $(bench_objects)
	$(HOSTCC) -static -o $@ $^

# The programs that are one file each.
build/guest/%: tests/guest/programs/%.c tests/guest/lib/program.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -Itests/guest/lib -static -o $@ $< -lpthread

# The tool is a subject of the tests, and linked as if it went into an initramfs.
build/guest/uchroot: $(tool_sources) $(tool_headers)
	@mkdir -p $(@D)
	$(HOSTCC) $(TOOL_CFLAGS) -static -o $@ $(tool_sources)

build/guest/self-sandbox: examples/self-sandbox.c
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -Wall -Wextra -Werror -static -o $@ $<

# Modules for tests: a second hook, and our own as it finds a kernel that lacks
# one of the functions.
kmod: $(lacking_modules)
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)/tests/kmod' modules
	@mkdir -p build/kmod
	cp tests/kmod/*.ko build/kmod/

# It looks for a name that ends in "_" instead. Strings end in a NUL.
build/kmod/lacks-%.ko: module
	@mkdir -p $(@D)
	LC_ALL=C sed -z "s/$*\$$/$$(echo '$*' | sed 's/.$$/_/')/" \
		unprivileged_chroot.ko >$@

lint:
	scripts/lint

review:
	scripts/review

pictures:
	scripts/pictures

demo:
	scripts/demo

shell:
	scripts/shell

check:
	scripts/check

check-kernels:
	scripts/check-kernels

check-newcomer:
	scripts/check-newcomer

check-debug:
	scripts/check-debug

check-built-in:
	scripts/check-built-in

check-all:
	scripts/check-all

check-dkms:
	scripts/check-dkms

check-packages:
	scripts/check-packages

check-programs:
	scripts/check-programs

bench:
	scripts/bench

fuzz:
	tests/vm/build module guest
	UCHROOT_TIMEOUT=7200 tests/vm/program fuzz seconds=1800 calls=10000000
	UCHROOT_TIMEOUT=7200 RACE_SECONDS=60 tests/vm/suites -b race

# uchroot alone, on this host. RUNS=N for another number.
fuzz-tool: build/fuzz-tool/checked build/fuzz-tool/blind
	tests/fuzz/tool $^ $(RUNS)

build/fuzz-tool/%: $(tool_sources) $(tool_headers)
	@mkdir -p $(@D)
	$(HOSTCC) $(TOOL_CFLAGS) -O1 -g $(SANITIZE) -fno-sanitize-recover=all -o $@ $(tool_sources)

build/fuzz-tool/checked: SANITIZE = -fsanitize=address,undefined
build/fuzz-tool/blind: SANITIZE = -fsanitize=undefined -fsanitize-undefined-trap-on-error -static

mutants:
	scripts/mutants

deb:
	scripts/deb $(if $(LINTIAN),-l)

rpm:
	scripts/rpm $(if $(RPMLINT),-l)

# The module itself for the kernel KVER, signed with MODULE_KEY and MODULE_CERT.
deb-module rpm-module: export MODULE_KEY := $(MODULE_KEY)
deb-module rpm-module: export MODULE_CERT := $(MODULE_CERT)
deb-module:
	scripts/deb $(if $(LINTIAN),-l) -m '$(KVER)'

rpm-module:
	scripts/rpm $(if $(RPMLINT),-l) -m '$(KVER)'

# Of what is committed, to the byte the same wherever it is made. In a tarball there
# is nothing to make it of.
dist_name := unprivileged_chroot-$(version)
dist:
	@test -e .git || { echo 'make dist takes a clone: this is no git repository.' >&2; exit 1; }
	@mkdir -p build
	git -c safe.directory='$(CURDIR)' -c tar.umask=022 archive --format=tar \
		--prefix=$(dist_name)/ -o build/$(dist_name).tar HEAD
	gzip -9nf build/$(dist_name).tar
	@echo build/$(dist_name).tar.gz

# -- the rest ----------------------------------------------------------------

# Kept: what took a download or an hour. All of it is its user's, but build/roots.
clean:
	@test ! -e build || find build -mindepth 1 -maxdepth 1 ! -name roots ! -name kernels \
		! -name debug-kernels ! -name host -exec rm -rf {} +
	find . -path ./build -prune -o \( -name '*.o' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name 'Module.symvers' -o -name 'modules.order' \
		-o -name uchroot_probes.h \) -exec rm -f {} +

# Debian roots are root's. Nothing is mounted in them, or it stays.
distclean: clean
	@test ! -e build/roots/ || test -z "$$(find build/roots/ -mindepth 1 ! -uid "$$(id -u)" -print -quit)" || { \
		echo 'build/roots holds Debian systems, whose files are root'\''s.'; \
		sudo rm -rf --one-file-system build/roots; }
	rm -rf --one-file-system build
