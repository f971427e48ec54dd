/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module, its parameters and counters, and what a test begins with.
 */
#ifndef UCHROOT_TEST_MODULE_H
#define UCHROOT_TEST_MODULE_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

/*
 * An assertion for what is asked thousands of times: libcheck would be told each
 * time that it held, which is a write(2) here and a read(2) there.
 */
#define check_quietly(expression, ...)					\
	do {								\
		if (!(expression))					\
			ck_abort_msg(__VA_ARGS__);			\
	} while (0)

/* The test goes no further unless the expression is true; says errno. */
#define must(expression)						\
	check_quietly((expression), "set-up: %s: %m", #expression)

/* -- the module ---------------------------------------------------------- */

#define MODULE_NAME	"unprivileged_chroot"
#define MODULE_FILE	"/lib/modules/unprivileged_chroot.ko"
#define MODULE_DIR	"/sys/module/" MODULE_NAME

/* finit_module(2) with these parameters: 0 or -errno. */
int module_load(const char *file, const char *parameters);
/* delete_module(2) with O_NONBLOCK, one try: 0 or -errno. */
int module_unload(const char *name);
bool module_loaded(const char *name);
/* The rule is part of the kernel, which has no module of ours to load. */
bool module_built_in(void);
/*
 * For a test of what only a module does: ends it as skipped where the rule is built
 * in. Loading, unloading and locking do it by themselves.
 */
void need_module(void);

/* One write(2) of the text as it is: 0 or -errno. */
int file_write(const char *path, const char *text);
/* The same to a parameter. */
int param_write(const char *name, const char *value);
/* The value without its newline, in a static buffer; fails the test if unreadable. */
const char *param_read(const char *name);
/*
 * A write that fails the test unless it works. It and param_read() and
 * counter() go through descriptors opened at the start of the test: they work
 * for a caller without privilege and inside a jail without /sys as well.
 */
void param_set(const char *name, const char *value);
/* Every parameter back to its default. */
void params_default(void);

/* The names in spec order, NULL at the end: "no_new_privs" ... "mac". */
extern const char *const reasons[];
/*
 * "allowed", or "refused_nested" and so on; what is built in cannot be made to count
 * from zero, so there it is since counters_begin().
 */
unsigned long long counter(const char *name);
void counters_begin(void);
/* The names of the counters: "allowed", then one per reason; static buffer. */
#define N_COUNTERS	13
const char *counter_name(int i);
/* All counters together: how many calls the module has judged. */
unsigned long long counter_sum(void);

/* -- the test --------------------------------------------------------------- */

/*
 * Adds a test case with the common fixture (guest_setup() in the test's own
 * process) and the common time limit. After it the module is loaded, whatever
 * its tests have left.
 */
TCase *add_case(Suite *suite, const char *name);
/* Module loaded and unlocked, default parameters, umask 022, "/" as cwd. */
void guest_setup(void);
/* Close every descriptor above 2 but those of libcheck and of this library. */
void close_all(void);

/*
 * The test cannot be made on this kernel, for this reason; the caller returns.
 * It does not count as passed: tests/vm/tap and scripts/check-kernels.
 */
void skip(const char *reason);

#endif
