// SPDX-License-Identifier: GPL-2.0
/*
 * Memory runs out: each allocation that a load, a call or an unload makes fails
 * once, one after the other. For kernels with fault injection only, so this
 * suite runs when it is named.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "faults.h"
#include "guest.h"
#include "observe.h"
#include "scene.h"
#include "suites.h"

/* -- loading and unloading --------------------------------------------------- */

/* finit_module(2) alone, with a descriptor that is open already. */
static int load(int fd)
{
	return syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
}

/* And delete_module(2) alone: to ask whether the rule is built in takes memory, too. */
static int unload(void)
{
	return syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK) ? -errno : 0;
}

static void expect_module_works(void)
{
	ck_assert_msg(!served_call("/"), "loaded, but a served call fails");
	ck_assert_int_eq(stock_call("/"), -EPERM);
	ck_assert_uint_eq(counter("allowed"), 1);
	must(!access(MODULE_DIR "/parameters/locked", F_OK));
	must(!access(MODULE_DIR "/stats/refused_mac", F_OK));
}

/* The same file once without a fault, so that the caches are warm. */
static unsigned int allocations_of_load(int fd)
{
	unsigned int left;

	arm(NEVER);
	ck_assert_int_eq(load(fd), 0);
	left = disarm();
	module_absent();
	return NEVER - left;
}

START_TEST(load_fails_anywhere)
{
	const int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	unsigned int expected, nth, left = 0;
	const int kmsg = kmsg_open();
	const char *line;
	int error;

	must(fd >= 0);
	module_absent();
	open_fault();
	expected = allocations_of_load(fd);

	for (nth = 1;; nth++) {
		note("allocation %u of about %u of the load", nth, expected);
		arm(nth);
		error = load(fd);
		left = disarm();
		if (left) {
			ck_assert_int_eq(error, 0);
			break;
		}
		count(error);
		ck_assert_msg(!error || error == -ENOMEM,
			      "allocation %u of the load: %s, expected %s", nth,
			      strerror(-error), strerror(ENOMEM));
		line = kmsg_next(kmsg, "was not found");
		ck_assert_msg(!line, "allocation %u of the load: not for want of memory: %s",
			      nth, line);
		if (error) {
			expect_module_gone();
			continue;
		}
		/* What the kernel did without: it is whole none the less. */
		expect_module_works();
		module_absent();
		expect_module_gone();
	}
	say("load");
	module_absent();
	module_fresh();
	expect_module_works();
}
END_TEST

START_TEST(unload_fails_nowhere)
{
	unsigned int nth, left;
	int error;

	open_fault();
	for (nth = 1;; nth++) {
		module_fresh();
		arm(nth);
		error = unload();
		left = disarm();
		if (left) {
			ck_assert_int_eq(error, 0);
			break;
		}
		count(error);
		ck_assert_msg(!error, "allocation %u of the unload: %s", nth,
			      strerror(-error));
		expect_module_gone();
	}
	/* An unload that allocates nothing cannot fail. */
	dprintf(STDOUT_FILENO, "# faults: unload: %u injected, %u survived\n",
		tally.injected, tally.survived);
	expect_module_gone();
	module_fresh();
}
END_TEST

/* -- parameters ---------------------------------------------------------------- */

START_TEST(write_fails_anywhere)
{
	unsigned int nth, left;
	int fd, error;

	fd = open(MODULE_DIR "/parameters/allowed_group",
		  O_RDWR | O_CLOEXEC);
	must(fd >= 0);
	open_fault();
	for (nth = 1;; nth++) {
		arm(nth);
		error = pwrite(fd, "7", 1, 0) == 1 ? 0 : -errno;
		left = disarm();
		if (left)
			break;
		count(error);
		/* The checks of the kernel itself do without what they ask for. */
		ck_assert_msg(!error || error == -ENOMEM,
			      "allocation %u of the write: %s", nth, strerror(-error));
		ck_assert_str_eq(param_read("allowed_group"), error ? "-1" : "7");
		param_set("allowed_group", "-1");
	}
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(param_read("allowed_group"), "7");
	close(fd);
	say("parameter");
	params_default();
}
END_TEST

Suite *faults_suite(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc;

	add_call_cases(suite);

	tc = add_faults(suite, "parameters");
	tcase_add_test(tc, write_fails_anywhere);

	tc = add_faults(suite, "module");
	tcase_add_test(tc, unload_fails_nowhere);
	tcase_add_test(tc, load_fails_anywhere);
	return suite;
}
