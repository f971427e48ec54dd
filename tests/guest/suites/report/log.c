// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel log and audit: who is named, when, how often, and command names
 * that would like to be something else.
 */
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "scene.h"
#include "report.h"

/* Not AppArmor's and audit's lines, which come when they like. */
#define DECISION	MODULE_NAME ": "

static const char *name;

static void set_name(void)
{
	prctl(PR_SET_NAME, name);
}

static const struct situation granted = {
	.reason = "none", .path = "/", .as_user = set_name,
};

static const struct situation refused = {
	.reason = "group", .parameter = "allowed_group", .value = "4242",
	.path = "/", .as_user = set_name,
};

/* -- the kernel log --------------------------------------------------------- */

static void expect_log_line(int kmsg, const char *reason, pid_t pid)
{
	const bool allowed = !strcmp(reason, "none");
	const char *line = kmsg_next(kmsg, DECISION);

	ck_assert_msg(line, "no line in the kernel log for %s", reason);
	ck_assert_msg(!strncmp(line, DECISION, strlen(DECISION)),
		      "not the module's line: %s", line);
	ck_assert_msg(strstr(line, allowed ? ": allowed: " : ": refused: "),
		      "wrong verdict for %s: %s", reason, line);
	/* "reason=none" need not be said. */
	ck_assert_msg(allowed || has_field(line, "reason", reason),
		      "expected reason=%s: %s", reason, line);
	ck_assert_msg(has_number(line, "pid", pid) &&
		      has_number(line, "uid", TEST_UID),
		      "expected pid=%d uid=%d: %s", pid, TEST_UID, line);
	expect_unforged(line, true);
	line = kmsg_next(kmsg, DECISION);
	ck_assert_msg(!line, "a second line: %s", line);
}

START_TEST(logs_situation)
{
	const struct situation *s = &situations[_i];
	const int kmsg = kmsg_open();
	pid_t pid;

	param_set("log", "2");
	expect_outcome(s, play(s, &pid));
	expect_log_line(kmsg, s->reason, pid);
}
END_TEST

static const struct {
	const char *log;
	bool refusals, grants;
} levels[] = {
	{ "0", false, false }, { "1", true, false }, { "2", true, true },
};

START_TEST(log_level)
{
	const int kmsg = kmsg_open();
	const char *line;
	pid_t pid;

	name = "plain";
	param_set("log", levels[_i].log);
	ck_assert_int_eq(play(&granted, &pid), 0);
	if (levels[_i].grants)
		expect_log_line(kmsg, "none", pid);
	ck_assert_int_eq(play(&refused, &pid), -EPERM);
	if (levels[_i].refusals)
		expect_log_line(kmsg, "group", pid);

	/* Neither failed lookups nor stock calls are decisions. */
	ck_assert_int_eq(served_call("/none"), -ENOENT);
	ck_assert_int_eq(stock_call("/"), -EPERM);
	line = kmsg_next(kmsg, DECISION);
	ck_assert_msg(!line, "log=%s, but: %s", levels[_i].log, line);
}
END_TEST

/* Fifteen bytes is the longest name there is. */
static const char *const names[] = {
	"plain", "a\nb uid=0", "a\" uid=0 x=\"", "a\\", "a\\\" uid=0",
	"\x01\x02\x1b[31mred\x7f\b", "\xff\xfe\xc3\xa9", " a  b ", "%s%n%p",
	"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "", "\"", "'`$(x)", "\x9b" "1m\x85x",
};

/* As many as a fresh module reports of one verdict. */
#define NAMES	7
#define EACH_NAME(i) \
	for (i = _i * NAMES; i < (_i + 1) * NAMES && i < COUNT(names); i++)

START_TEST(log_name)
{
	const int kmsg = kmsg_open();
	pid_t pid;
	int i;

	param_set("log", "2");
	EACH_NAME(i) {
		name = names[i];
		ck_assert_int_eq(play(&refused, &pid), -EPERM);
		expect_log_line(kmsg, "group", pid);
		params_default();
		param_set("log", "2");
		ck_assert_int_eq(play(&granted, &pid), 0);
		expect_log_line(kmsg, "none", pid);
	}
}
END_TEST

#define FLOOD	1000

static int flood(void *unused)
{
	int i, granted = 0;

	(void)unused;
	close_all();
	become_served_user();
	for (i = 0; i < FLOOD; i++)
		granted += !sys_chroot("/");
	return granted == FLOOD ? 1 : !granted ? 2 : 3;
}

static int count_lines(int kmsg)
{
	int lines = 0;

	while (kmsg_next(kmsg, DECISION))
		lines++;
	return lines;
}

/* A tenth is ten times what the kernel's usual limit lets through in 5 s. */
START_TEST(log_is_limited)
{
	const int kmsg = kmsg_open();
	int lines;

	param_set("log", "2");
	param_set("allowed_group", _i ? "4242" : "-1");
	ck_assert_int_eq(in_child(flood, NULL), _i ? 2 : 1);
	lines = count_lines(kmsg);
	ck_assert_msg(lines > 0 && lines <= FLOOD / 10,
		      "%d lines in the log for %d calls", lines, FLOOD);
	ck_assert_uint_eq(counter(_i ? "refused_group" : "allowed"), FLOOD);
}
END_TEST

/* -- audit ------------------------------------------------------------------ */

static void expect_record(int audit, const char *reason, pid_t pid)
{
	const bool allowed = !strcmp(reason, "none");
	const char *record = audit_next(audit, AUDIT_KERNEL_OTHER);

	ck_assert_msg(record, "no audit record for %s", reason);
	ck_assert_msg(has_field(record, "op", "chroot") &&
		      has_field(record, "res", allowed ? "1" : "0"),
		      "expected op=chroot res=%d: %s", allowed, record);
	ck_assert_msg(allowed || has_field(record, "reason", reason),
		      "expected reason=%s: %s", reason, record);
	ck_assert_msg(has_number(record, "pid", pid) &&
		      has_number(record, "uid", TEST_UID),
		      "expected pid=%d uid=%d: %s", pid, TEST_UID, record);
	ck_assert_msg(strstr(record, " auid=") && strstr(record, " ses="),
		      "no auid or ses: %s", record);
	expect_unforged(record, false);
}

/* Other records, such as AppArmor's, are not looked at. */
START_TEST(audits_situation)
{
	const struct situation *s = &situations[_i];
	int audit;
	pid_t pid;

	param_set("log", "0");
	audit_enable(true);
	audit = audit_open();
	expect_outcome(s, play(s, &pid));
	audit_enable(false);
	expect_record(audit, s->reason, pid);
	ck_assert_msg(!audit_next(audit, AUDIT_KERNEL_OTHER), "a second audit record");
}
END_TEST

START_TEST(audit_name)
{
	int audit, i;
	pid_t pid;

	audit_enable(true);
	audit = audit_open();
	EACH_NAME(i) {
		name = names[i];
		ck_assert_int_eq(play(&refused, &pid), -EPERM);
		expect_record(audit, "group", pid);
	}
	audit_enable(false);
}
END_TEST

START_TEST(audit_only_when_on)
{
	const int audit = audit_open();
	const char *record;

	ck_assert_int_eq(served_call("/"), 0);
	record = audit_next(audit, AUDIT_KERNEL_OTHER);
	ck_assert_msg(!record, "auditing is off, but: %s", record);

	audit_enable(true);
	ck_assert_int_eq(served_call("/none"), -ENOENT);
	ck_assert_int_eq(stock_call("/"), -EPERM);
	audit_enable(false);
	record = audit_next(audit, AUDIT_KERNEL_OTHER);
	ck_assert_msg(!record, "nothing was decided, but: %s", record);
}
END_TEST

/*
 * Nobody takes the records, so the kernel logs them, and it would warn of all
 * that it leaves out by its usual limit. And a flood of them waits for nobody.
 */
#define PRINTK_LIMIT	"/proc/sys/kernel/printk_ratelimit"

static void audit_begin(void)
{
	must(!file_write(PRINTK_LIMIT, "0"));
	audit_backlog(0);
}

static void audit_end(void)
{
	audit_enable(false);
	audit_backlog(AUDIT_BACKLOG_USUAL);
	must(!file_write(PRINTK_LIMIT, "5"));
}

/*
 * A user who calls as often as he can makes nobody's record disappear, and with
 * log=0 there is not a word in the log, not even of what was left out.
 */
START_TEST(audit_has_every_call)
{
	const char *record;
	int audit, kmsg[2], others = 0, records = 0, i;
	pid_t pid;

	for (i = 0; i < 2; i++) {
		/* Lines are left out, which the next one would tell. */
		param_set("log", "2");
		param_set("allowed_group", i ? "4242" : "-1");
		in_child(flood, NULL);
	}
	param_set("log", "0");
	sleep(6);
	kmsg[0] = kmsg_open();
	kmsg[1] = kmsg_open();
	audit_enable(true);
	audit = audit_open();
	audit_room(audit);
	for (i = 0; i < 2; i++) {
		param_set("allowed_group", i ? "4242" : "-1");
		in_child(flood, NULL);
		name = "somebody else";
		play(i ? &refused : &granted, &pid);
	}
	audit_enable(false);
	while ((record = audit_next(audit, AUDIT_KERNEL_OTHER))) {
		records++;
		others += has_number(record, "pid", pid);
	}
	ck_assert_int_eq(records, 2 * FLOOD + 2);
	ck_assert_msg(others == 1, "the other's record is there %d times", others);
	sleep(6);
	ck_assert_int_eq(served_call("/"), -EPERM);
	for (i = 0; i < 2; i++) {
		static const char *const words[] = { MODULE_NAME ": ", "_decision" };
		const char *line = kmsg_next(kmsg[i], words[i]);

		ck_assert_msg(!line, "log=0, but: %s", line);
	}
}
END_TEST

void add_log_cases(Suite *suite)
{
	const int name_parts = (COUNT(names) + NAMES - 1) / NAMES;
	TCase *tc;

	/* Each with a module that has not logged anything yet. */
	tc = add_case(suite, "log");
	tcase_add_checked_fixture(tc, module_fresh, NULL);
	tcase_add_loop_test(tc, logs_situation, 0, situation_count);
	tcase_add_loop_test(tc, log_level, 0, 3);
	tcase_add_loop_test(tc, log_name, 0, name_parts);
	tcase_add_loop_test(tc, log_is_limited, 0, 2);

	tc = add_case(suite, "audit");
	tcase_add_checked_fixture(tc, module_fresh, NULL);
	tcase_add_unchecked_fixture(tc, audit_begin, audit_end);
	tcase_add_loop_test(tc, audits_situation, 0, situation_count);
	tcase_add_loop_test(tc, audit_name, 0, name_parts);
	tcase_add_test(tc, audit_only_when_on);
	tcase_add_test(tc, audit_has_every_call);
}
