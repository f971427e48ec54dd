// SPDX-License-Identifier: GPL-2.0
/*
 * The trace event: its fields, one line for each decision, and paths that
 * would like to be something else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "scene.h"
#include "report.h"

START_TEST(event_format)
{
	static const char *const fields[] = {
		"verdict", "reason", "uid", "path"
	};
	const char *format, *printed;
	char declared[32];
	int i;

	if (!need_tracing())
		return;
	format = file_read(TRACE_EVENT "/format");
	ck_assert_msg(strstr(format, "name: chroot_decision"), "%s", format);
	for (i = 0; i < COUNT(fields); i++) {
		snprintf(declared, sizeof(declared), " %s;", fields[i]);
		ck_assert_msg(strstr(format, declared), "no field %s in:\n%s",
			      fields[i], format);
	}
	/* One string, which perf and trace-cmd can find the end of. */
	printed = strstr(format, "print fmt: \"");
	ck_assert_msg(printed, "%s", format);
	printed = strchr(strchr(printed, '"') + 1, '"');
	ck_assert_msg(printed && printed[1] == ',', "a quotation mark in the format: %s", format);
	ck_assert_msg(!strstr(format, "%c"), "perf and trace-cmd know no %%c: %s", format);
}
END_TEST

/* The only line there is, and it tells of this. */
static void expect_one_line(const char *reason, const char *path)
{
	const char *line = trace_line(0);
	const char *verdict = strcmp(reason, "none") ? "refused" : "allowed";

	ck_assert_msg(line, "nothing was traced for %s", reason);
	line = strstr(line, "chroot_decision: ");
	ck_assert_msg(line, "not our event: %s", trace_line(0));
	ck_assert_msg(has_field(line, "verdict", verdict) &&
		      has_field(line, "reason", reason) &&
		      has_number(line, "uid", TEST_UID),
		      "verdict, reason or uid is wrong, expected %s, %s, %d: %s",
		      verdict, reason, TEST_UID, line);
	ck_assert_msg(strstr(line, " path=") && strstr(line, path),
		      "expected path %s: %s", path, line);
	line = trace_line(1);
	ck_assert_msg(!line, "a second line: %s", line);
}

START_TEST(traces_situation)
{
	const struct situation *s = &situations[_i];

	if (!need_tracing())
		return;
	trace_start();
	expect_outcome(s, play(s, NULL));
	trace_stop();
	expect_one_line(s->reason, s->path[0] == '/' ? s->path : "/");
}
END_TEST

START_TEST(traces_only_decisions)
{
	if (!need_tracing())
		return;
	trace_start();
	ck_assert_int_eq(served_call("/none"), -ENOENT);
	ck_assert_int_eq(stock_call("/"), -EPERM);
	ck_assert_int_eq(sys_chroot("/"), 0);
	trace_stop();
	ck_assert_msg(!trace_line(0), "traced: %s", trace_line(0));

	/* Switched off. */
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_msg(!trace_line(0), "traced: %s", trace_line(0));
}
END_TEST

/* -- paths ------------------------------------------------------------------ */

static const char *const forgeries[] = {
	"a\n b-1 [000] ..... 1.0: chroot_decision: verdict=allowed reason=none uid=0 path=x",
	"a\" verdict=allowed reason=none uid=0 path=\"b",
	"a\r\x1b[2K verdict=allowed reason=none uid=0",
	"a\v\f\\\" \\n uid=0",
	"\\",
	"a\b\b\b\x01\x7f",
	"UTF-8 for CSI: \xc2\x9b" "2K",
};

START_TEST(path_cannot_forge)
{
	const char *dir = make_dir_in(make_dir("trace"), forgeries[_i]);

	if (!need_tracing())
		return;
	param_set("allowed_group", "4242");
	trace_start();
	ck_assert_int_eq(served_call(dir), -EPERM);
	trace_stop();
	expect_one_line("group", "/tmp/trace");
	expect_printable(trace_line(0));
}
END_TEST

static const char *doomed;

static void remove_own_directory(void)
{
	must(!rmdir(doomed));
}

static void enter_doomed(void)
{
	must(!chdir(doomed));
}

START_TEST(path_of_removed_directory)
{
	const struct situation s = {
		.reason = "none", .path = ".",
		.as_root = enter_doomed, .as_user = remove_own_directory,
	};

	if (!need_tracing())
		return;
	doomed = make_dir("doomed");
	/* The user may remove it. */
	must(!chmod("/tmp", 0777));
	trace_start();
	ck_assert_int_eq(play(&s, NULL), 0);
	trace_stop();
	expect_one_line("none", "doomed");
	must(!chmod("/tmp", 01777));
}
END_TEST

/*
 * Directories one in another, until their path is longer than a path may be
 * or, with names that are four times as long when they are escaped, longer
 * than what a trace event can hold.
 */
static const struct {
	int levels;
	char letter;
} depths[] = {
	{ 15, 'd' }, { 15, '\n' }, { 40, 'd' }, { 40, '\n' },
};

static int deepest;

static void descend(void)
{
	char name[251];
	int i;

	memset(name, depths[deepest].letter, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	must(!chdir(make_dir("deep")));
	for (i = 0; i < depths[deepest].levels; i++)
		must(!mkdir(name, 0755) && !chdir(name));
}

START_TEST(path_very_long)
{
	const struct situation s = {
		.reason = "none", .path = ".", .as_root = descend,
	};

	if (!need_tracing())
		return;
	deepest = _i;
	trace_start();
	ck_assert_int_eq(play(&s, NULL), 0);
	trace_stop();
	expect_one_line("none", "");
}
END_TEST

void add_trace_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "trace");

	tcase_add_test(tc, event_format);
	tcase_add_loop_test(tc, traces_situation, 0, situation_count);
	tcase_add_test(tc, traces_only_decisions);
	tcase_add_loop_test(tc, path_cannot_forge, 0,
			    COUNT(forgeries));
	tcase_add_test(tc, path_of_removed_directory);
	tcase_add_loop_test(tc, path_very_long, 0,
			    COUNT(depths));
}
