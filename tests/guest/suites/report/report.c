// SPDX-License-Identifier: GPL-2.0
/*
 * The counters, and that trace, log and audit tell the same as they do.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "report.h"
#include "scene.h"
#include "suites.h"

#define STATS	MODULE_DIR "/stats"

const char *counter_of(const char *reason)
{
	static char name[64];

	snprintf(name, sizeof(name), "refused_%s", reason);
	return strcmp(reason, "none") ? name : "allowed";
}

void expect_outcome(const struct situation *s, int error)
{
	const bool granted = !strcmp(s->reason, "none");

	ck_assert_msg(granted ? !error : error < 0,
		      "%s: chroot gives %s", s->reason, strerror(-error));
}

/* -- the files -------------------------------------------------------------- */

static void check_file(void *argument)
{
	const char *path = argument;
	char value[32] = "0\n";
	struct stat st;
	int error;

	must(!stat(path, &st));
	ck_assert_msg(st.st_mode == (S_IFREG | 0444) && !st.st_uid,
		      "%s: mode %o, owner %u, expected 100444, 0", path,
		      st.st_mode, st.st_uid);
	/* Nothing was called since the module was loaded. */
	if (module_built_in())
		snprintf(value, sizeof(value), "%s", file_read(path));
	ck_assert_str_eq(file_read(path), value);
	error = file_write(path, "1");
	ck_assert_msg(error < 0, "root can write %s", path);

	become_user();
	drop_capabilities();
	ck_assert_str_eq(file_read(path), value);
	ck_assert_int_eq(file_write(path, "1"), -EACCES);
}

static void check_counter(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), STATS "/%s", name);
	check_in_child(check_file, path);
}

START_TEST(counter_files)
{
	int files = 0, i;
	struct dirent *entry;
	DIR *stats;

	check_counter("allowed");
	for (i = 0; reasons[i]; i++)
		check_counter(counter_of(reasons[i]));

	stats = opendir(STATS);
	must(stats);
	while ((entry = readdir(stats)))
		files += entry->d_name[0] != '.';
	closedir(stats);
	ck_assert_msg(files == i + 1, "%d files in stats, expected %d", files,
		      i + 1);
}
END_TEST

/* -- counting --------------------------------------------------------------- */

START_TEST(counts_situation)
{
	const struct situation *s = &situations[_i];
	const char *name = counter_of(s->reason);
	int i;

	for (i = 0; i < 3; i++)
		expect_outcome(s, play(s, NULL));
	ck_assert_msg(counter(name) == 3 && counter_sum() == 3,
		      "after 3 calls %s is %llu, the sum of all is %llu", name,
		      counter(name), counter_sum());
}
END_TEST

#define WORKERS	4
#define CALLS	500

/* Granted calls and refused ones; both leave the caller where it was. */
static int work(void *argument)
{
	const int nth = *(int *)argument;
	int i, wrong = 0;

	if (nth % 2)
		enter_jail("/tmp");
	close_all();
	become_served_user();
	for (i = 0; i < CALLS; i++) {
		wrong |= sys_chroot("/") != (nth % 2 ? -EPERM : 0);
		/* Not counted: failures before the policy. */
		wrong |= sys_chroot("/none") != -ENOENT;
		wrong |= sys_chroot(NULL) != -EFAULT;
	}
	return wrong;
}

static int stock_work(void *unused)
{
	int i, wrong = 0;

	(void)unused;
	for (i = 0; i < CALLS; i++)
		wrong |= sys_chroot("/") != 0;
	become_user();
	for (i = 0; i < CALLS; i++)
		wrong |= sys_chroot("/") != -EPERM;
	return wrong;
}

START_TEST(counts_all_processors)
{
	int i, status;
	pid_t pid;

	param_set("log", "0");
	for (i = 0; i < WORKERS; i++) {
		pid = fork();
		must(pid >= 0);
		if (!pid)
			_exit(in_child(work, &i) | in_child(stock_work, NULL));
	}
	for (i = 0; i < WORKERS; i++) {
		must(wait(&status) > 0);
		ck_assert_msg(!status, "a worker saw a wrong result");
	}
	ck_assert_uint_eq(counter("allowed"), WORKERS / 2 * CALLS);
	ck_assert_uint_eq(counter("refused_nested"), WORKERS / 2 * CALLS);
	ck_assert_uint_eq(counter_sum(), WORKERS * CALLS);
}
END_TEST

/* -- what is not counted ---------------------------------------------------- */

static void not_counted(void *unused)
{
	char long_name[300];

	(void)unused;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	become_served_user();
	expect_stock("/none", ENOENT);
	expect_stock("", ENOENT);
	expect_stock("/proc/version", ENOTDIR);
	expect_stock(long_name, ENAMETOOLONG);
	expect_stock(NULL, EFAULT);
	expect_stock("/root", EACCES);
}

START_TEST(stock_calls_not_counted)
{
	expect_stock("/", 0);
	ck_assert_int_eq(stock_call("/"), -EPERM);
	check_in_child(not_counted, NULL);
	param_set("enabled", "N");
	ck_assert_int_eq(served_call("/"), -EPERM);
	ck_assert_uint_eq(counter_sum(), 0);
}
END_TEST

START_TEST(counters_survive_changes)
{
	ck_assert_int_eq(served_call("/"), 0);
	param_set("enabled", "N");
	param_set("log", "0");
	param_set("enabled", "Y");
	params_default();
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_uint_eq(counter("allowed"), 2);
}
END_TEST

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *tc;

	tc = add_case(suite, "counters");
	tcase_add_checked_fixture(tc, module_fresh, NULL);
	tcase_add_test(tc, counter_files);
	tcase_add_loop_test(tc, counts_situation, 0, situation_count);
	tcase_add_test(tc, counts_all_processors);
	tcase_add_test(tc, stock_calls_not_counted);
	tcase_add_test(tc, counters_survive_changes);

	add_trace_cases(suite);
	add_log_cases(suite);
	return suite;
}
