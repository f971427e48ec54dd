# SPDX-License-Identifier: GPL-2.0
# "make help" lists what can be asked for.

KVERSION ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVERSION)/build
HOSTCC ?= cc
W ?= 1

TEST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Werror -Iinclude
CHECK_LIBS = $$(pkg-config --libs --static check)

guest_objects := $(patsubst tests/guest/%.c,build/guest/obj/%.o,\
	$(filter-out %/bench.c %/churn.c,$(wildcard tests/guest/*.c))) \
	$(patsubst tests/escape/%.c,build/guest/obj/escape/%.o,$(wildcard tests/escape/*.c))
guest_programs := build/guest/guest-tests build/guest/bench build/guest/churn \
	build/guest/fuzz \
	$(patsubst tests/guest/tools/%.c,build/guest/%,$(wildcard tests/guest/tools/*.c))

lacking_modules := $(patsubst %,build/kmod/lacks-%.ko,\
	current_chrooted __ia32_sys_chroot)

.PHONY: all module unit guest kmod lint review demo shell check check-kernels \
	check-dkms check-debug fuzz mutants deb dkms-install clean help

all: module

help:
	@echo 'make               the module, against KDIR ($(KDIR))'
	@echo 'make demo          see it at work in a virtual machine'
	@echo 'make shell         the same machine, to try things as a user'
	@echo 'make check         all tests'
	@echo 'make check-kernels the guest tests on the other Debian kernels'
	@echo 'make check-debug   all of it on kernels that check themselves (root, slow)'
	@echo 'make check-dkms    install, upgrade, Secure Boot in a Debian machine (root)'
	@echo 'make fuzz          random calls against a model, and races: 40 min'
	@echo 'make deb           the Debian package unprivileged-chroot-dkms'
	@echo 'make mutants       break the module on purpose; the tests must notice'
	@echo 'make unit | lint   the tests that need no virtual machine'
	@echo 'make review        what kernel reviewers would run'
	@echo 'make guest         the programs that run inside the virtual machine'
	@echo 'make dkms-install  install on this host by DKMS (as root)'
	@echo 'make clean'

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

# -- tests -------------------------------------------------------------------

unit: build/unit/test_policy
	$<

build/unit/test_policy: tests/unit/test_policy.c src/policy.c include/policy.h
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -o $@ $(filter %.c,$^) $(CHECK_LIBS)

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

# The programs that are one file each.
vpath %.c tests/guest tests/guest/tools
build/guest/%: %.c
	@mkdir -p $(@D)
	$(HOSTCC) $(TEST_CFLAGS) -static -o $@ $< -lpthread

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
	rm -rf build/guest build/kmod build/unit
	find . -path ./build -prune -o \( -name '*.o' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name 'Module.symvers' -o -name 'modules.order' \) \
		-exec rm -f {} +
