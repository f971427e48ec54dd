# SPDX-License-Identifier: GPL-2.0
# "make help" lists what can be asked for.

KVERSION ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVERSION)/build
HOSTCC ?= cc
W ?= 1

TEST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -Iinclude
CHECK_LIBS = $$(pkg-config --libs --static check)

PREFIX ?= /usr/local
bindir = $(PREFIX)/bin
datadir = $(PREFIX)/share
mandir = $(datadir)/man

version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)
tool_sources := $(wildcard tools/*.c) src/policy.c
tool_headers := tools/uchroot.h include/policy.h
TOOL_CFLAGS = -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wno-format-truncation \
	-Iinclude -Itools -DUCHROOT_VERSION='"$(version)"'

guest_objects := $(patsubst tests/guest/%.c,build/guest/obj/%.o,\
	$(filter-out %/churn.c,$(wildcard tests/guest/*.c))) \
	$(patsubst tests/escape/%.c,build/guest/obj/escape/%.o,$(wildcard tests/escape/*.c))
guest_programs := build/guest/guest-tests build/guest/bench build/guest/churn \
	build/guest/fuzz build/guest/uchroot build/guest/self-sandbox \
	$(patsubst tests/guest/tools/%.c,build/guest/%,$(wildcard tests/guest/tools/*.c))

lacking_modules := $(patsubst %,build/kmod/lacks-%.ko,\
	current_chrooted __ia32_sys_chroot)

.PHONY: all module tool install unit guest kmod lint review pictures demo shell \
	check check-kernels check-dkms check-programs check-debug bench fuzz \
	mutants deb dkms-install clean help

all: module

help:
	@echo 'To see it, in a virtual machine (this host stays as it is):'
	@echo '  make demo           watch it at work, step by step'
	@echo '  make shell          the same machine, to try things as a user'
	@echo 'To have it here:'
	@echo '  make dkms-install   build it for this and every later kernel (as root)'
	@echo '  make deb            the Debian packages'
	@echo '  make                the module alone, against the headers in KDIR,'
	@echo '                      $(KDIR)'
	@echo '  make tool           uchroot, which runs a command in another root'
	@echo '  make install        uchroot, its manuals and completion, below PREFIX,'
	@echo '                      $(PREFIX)'
	@echo '  make clean          remove what was built'
	@echo 'To test it:'
	@echo '  make check          all tests'
	@echo '  make unit           policy and tool, on this host: seconds'
	@echo '  make lint           static checks'
	@echo '  make check-kernels  the guest tests on the other Debian kernels'
	@echo '  make check-debug    all of it on kernels that check themselves (root, slow)'
	@echo '  make check-dkms     install, upgrade, Secure Boot in a Debian machine (root)'
	@echo '  make check-programs HAProxy, BIND, Apache... in a Debian machine (root)'
	@echo '  make bench          what it costs, beside others; data and pictures (root)'
	@echo '  make fuzz           random calls against a model, and races (long)'
	@echo '  make mutants        break the module on purpose; the tests must notice'
	@echo 'To work on it:'
	@echo '  make review         what kernel reviewers would run'
	@echo '  make guest          the programs that run inside the virtual machine'
	@echo '  make pictures       draw the pictures of the documentation again'

# -- the module --------------------------------------------------------------

module:
	@test -e '$(KDIR)/Makefile' || { \
		echo 'Cannot build the module: no kernel headers at $(KDIR).' >&2; \
		echo 'Install them (Debian: apt install linux-headers-$(KVERSION)),' >&2; \
		echo 'or name others: make KDIR=/lib/modules/VERSION/build' >&2; \
		exit 1; }
	$(MAKE) -C '$(KDIR)' M='$(CURDIR)' W=$(W) modules

dkms-install:
	scripts/dkms-install

# -- the tool and the manuals --------------------------------------------------

# Static where the C library can be: it starts with two thirds of the instructions
# (bench/README.md). "make TOOL_LINK=" links with libraries, as distributions want.
TOOL_LINK ?= $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -x c -static -o /dev/null - 2>/dev/null && echo -static -s)

tool: build/uchroot

# For measuring.
build/libraries/uchroot: TOOL_LINK =

build/uchroot build/libraries/uchroot: $(tool_sources) $(tool_headers)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(TOOL_CFLAGS) $(LDFLAGS) $(TOOL_LINK) -o $@ $(tool_sources)

# The module is DKMS's business: make dkms-install.
install: build/uchroot
	install -D -m 755 build/uchroot '$(DESTDIR)$(bindir)/uchroot'
	install -D -m 644 man/uchroot.1 '$(DESTDIR)$(mandir)/man1/uchroot.1'
	install -D -m 644 man/unprivileged_chroot.4 \
		'$(DESTDIR)$(mandir)/man4/unprivileged_chroot.4'
	install -D -m 644 tools/uchroot.bash \
		'$(DESTDIR)$(datadir)/bash-completion/completions/uchroot'

# -- tests -------------------------------------------------------------------

unit: build/unit/test_policy build/unit/test_arguments build/uchroot
	build/unit/test_policy
	build/unit/test_arguments
	tests/unit/test_uchroot build/uchroot
	tests/unit/test_bench_guard
	tests/unit/test_klog

build/unit/test_policy: tests/unit/test_policy.c src/policy.c include/policy.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -o $@ $(filter %.c,$^) $(CHECK_LIBS)

build/unit/test_arguments: tests/unit/test_arguments.c include/arguments.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -o $@ $< $(CHECK_LIBS)

guest: $(guest_programs) kmod

build/guest/obj/%.o: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -c -o $@ $<

build/guest/obj/escape/%.o: tests/escape/%.c $(wildcard tests/escape/*.h tests/guest/*.h)
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -Itests/guest -c -o $@ $<

build/guest/guest-tests: $(guest_objects)
	$(HOSTCC) -static -o $@ $^ $(CHECK_LIBS) -lpthread

fuzz_objects := $(patsubst tests/fuzz/%.c,build/guest/fuzz-obj/%.o,\
	$(wildcard tests/fuzz/*.c))

# Fast, as most of a long run is spent here.
build/guest/fuzz-obj/%.o: tests/fuzz/%.c tests/fuzz/fuzz.h tests/guest/program.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -O2 -c -o $@ $<

build/guest/fuzz: $(fuzz_objects)
	$(HOSTCC) -static -o $@ $^ -lpthread

bench_objects := $(patsubst bench/%.c,build/guest/bench-obj/%.o,\
	$(wildcard bench/*.c))

build/guest/bench-obj/%.o: bench/%.c bench/bench.h tests/guest/program.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -Itests/guest -c -o $@ $<

build/guest/bench: $(bench_objects)
	$(HOSTCC) -static -o $@ $^

# The programs that are one file each.
vpath %.c tests/guest tests/guest/tools
build/guest/%: %.c
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -static -o $@ $< -lpthread

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

check-debug:
	scripts/check-debug

check-dkms:
	scripts/check-dkms

check-programs:
	scripts/check-programs

bench:
	scripts/bench

fuzz:
	scripts/build module guest
	UCHROOT_TIMEOUT=7200 scripts/guest-run fuzz seconds=1800 calls=10000000
	UCHROOT_TIMEOUT=7200 RACE_SECONDS=60 scripts/guest-tests -b race

mutants:
	scripts/mutants

deb:
	scripts/deb -l

# -- the rest ----------------------------------------------------------------

clean:
	rm -rf build/guest build/kmod build/unit build/libraries build/uchroot
	find . -path ./build -prune -o \( -name '*.o' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name 'Module.symvers' -o -name 'modules.order' \) \
		-exec rm -f {} +
