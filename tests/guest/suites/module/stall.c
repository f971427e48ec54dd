// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading while a call sleeps in the module: "in use", for as long as any
 * user likes, and nothing else suffers from it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "guest.h"
#include "module.h"
#include "observe.h"
#include "scene.h"
#include "stalls.h"

#define REFCNT	MODULE_DIR "/refcnt"

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void expect_in_use(void)
{
	const double start = seconds();
	const int error = module_unload(MODULE_NAME);

	ck_assert_msg(error == -EWOULDBLOCK || error == -EBUSY,
		      "unloading gives %s, expected EBUSY or EAGAIN",
		      strerror(-error));
	ck_assert_msg(seconds() - start < 2, "unloading was refused after %.1f s",
		      seconds() - start);
}

static void expect_unused(void)
{
	ck_assert_str_eq(file_read(REFCNT), "0\n");
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
}

static const struct {
	enum stall_kind kind;
	enum stall_end end;
	int expected;
} sleepers[] = {
	{ STALL_FUSE_USER, STALL_NOT_FOUND, -ENOENT },
	{ STALL_FUSE_USER, STALL_DIRECTORY, 0 },
	{ STALL_FUSE_USER, STALL_HELPER_DIES, -ECONNABORTED },
	{ STALL_FUSE_ROOT, STALL_NOT_FOUND, -ENOENT },
	{ STALL_FUSE_ROOT, STALL_DIRECTORY, 0 },
	{ STALL_USERFAULTFD, STALL_NOT_FOUND, -ENOENT },
	{ STALL_USERFAULTFD, STALL_DIRECTORY, 0 },
	/* The page is an empty one then. */
	{ STALL_USERFAULTFD, STALL_HELPER_DIES, -ENOENT },
};

START_TEST(in_use_while_call_sleeps)
{
	struct stall stall;
	int error;

	param_set("allow_user_namespaces", "Y");
	stall_begin(&stall, sleepers[_i].kind, true);
	ck_assert_str_eq(file_read(REFCNT), "1\n");
	expect_in_use();

	/* The others do not notice. */
	ck_assert_int_eq(served_call("/"), 0);
	param_set("allowed_group", "4242");
	ck_assert_int_eq(served_call("/"), -EPERM);
	param_set("allowed_group", "-1");
	ck_assert_int_eq(served_call("/none"), -ENOENT);
	expect_in_use();

	error = stall_finish(&stall, sleepers[_i].end);
	ck_assert_msg(error == sleepers[_i].expected,
		      "the call that slept gives %s, expected %s",
		      strerror(-error), strerror(-sleepers[_i].expected));
	ck_assert_uint_eq(counter("allowed"),
			  1 + !sleepers[_i].expected);
	expect_unused();
}
END_TEST

/* What is judged is the state when the lookup is over. */
START_TEST(judged_after_sleep)
{
	struct stall stall;

	stall_begin(&stall, _i, true);
	param_set("allowed_group", "4242");
	param_set("allow_user_namespaces", "Y");
	ck_assert_int_eq(stall_finish(&stall, STALL_DIRECTORY), -EPERM);
	ck_assert_uint_eq(counter("refused_group"), 1);
	expect_unused();
}
END_TEST

START_TEST(killed_while_call_sleeps)
{
	struct stall stall;

	stall_begin(&stall, _i, true);
	expect_in_use();
	stall_kill(&stall);
	ck_assert_uint_eq(counter("allowed"), 0);
	expect_unused();
}
END_TEST

START_TEST(many_calls_sleep)
{
	struct stall stall[STALL_KINDS * 2];
	char expected[8];
	int i, n = COUNT(stall);

	for (i = 0; i < n; i++)
		stall_begin(&stall[i], i % STALL_KINDS, true);
	for (i = 0; i < n; i++) {
		snprintf(expected, sizeof(expected), "%d\n", n - i);
		ck_assert_str_eq(file_read(REFCNT), expected);
		expect_in_use();
		ck_assert_int_eq(stall_finish(&stall[i], STALL_NOT_FOUND),
				 -ENOENT);
	}
	expect_unused();
}
END_TEST

/* A call that is not served sleeps in the kernel's code, not in ours. */
START_TEST(stock_call_is_no_hindrance)
{
	struct stall stall;

	stall_begin(&stall, _i, false);
	expect_unused();
	ck_assert_int_eq(stall_finish(&stall, STALL_DIRECTORY), -EPERM);
}
END_TEST

void add_stall_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "sleeping-calls");

	tcase_add_checked_fixture(tc, module_fresh, NULL);
	tcase_add_loop_test(tc, in_use_while_call_sleeps, 0,
			    COUNT(sleepers));
	tcase_add_loop_test(tc, judged_after_sleep, 0, STALL_KINDS);
	tcase_add_loop_test(tc, killed_while_call_sleeps, 0, STALL_KINDS);
	tcase_add_test(tc, many_calls_sleep);
	tcase_add_loop_test(tc, stock_call_is_no_hindrance, 0, STALL_KINDS);
}
