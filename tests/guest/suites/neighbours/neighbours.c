// SPDX-License-Identifier: GPL-2.0
/*
 * Others that look at chroot(2), or have a say in it: seccomp, audit, Landlock,
 * livepatches; tracers and BPF in files of their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "neighbours.h"
#include "observe.h"
#include "scene.h"
#include "suites.h"

/* -- seccomp ------------------------------------------------------------------------ */

START_TEST(seccomp_that_allows_adds_nothing)
{
	const char *path = make_dir("seccomp");

	become_served_user();
	must(filter_call(SYS_chroot, SECCOMP_RET_LOG, 0) == 0);
	expect_refused(path, "seccomp");
	param_set("allow_seccomp", "Y");
	expect_granted(path);
}
END_TEST

/* -- audit rules -------------------------------------------------------------------- */

/* What auditctl -a always,exit -S chroot shows, in one answer's record. */
static void expect_record(int audit, const char *success, int exit)
{
	const char *record;

	/* From 7.3 on there is one of the call that made the rule as well. */
	do {
		record = audit_next(audit, AUDIT_SYSCALL);
		ck_assert_msg(record, "no record of the system call");
	} while (!has_number(record, "syscall", SYS_chroot));

	ck_assert_msg(has_field(record, "success", success) &&
		      has_number(record, "exit", exit),
		      "expected success=%s exit=%d: %s", success, exit, record);
	/* The path once, as one lookup makes it. */
	ck_assert_msg(has_number(record, "items", 1), "expected items=1: %s", record);
	record = audit_next(audit, AUDIT_PATH);
	ck_assert_msg(record && strstr(record, "/tmp/audited"), "no path: %s", record);
}

static int privileged_call(void *path)
{
	return -sys_chroot(path);
}

START_TEST(audit_rule_records_the_call)
{
	const char *path = make_dir("audited");
	int audit;

	audit_enable(true);
	audit_watch(SYS_chroot, true);
	audit = audit_open();

	ck_assert_int_eq(in_child(privileged_call, (void *)path), 0);
	expect_record(audit, "yes", 0);
	ck_assert_int_eq(served_call(path), 0);
	expect_record(audit, "yes", 0);
	param_set("allowed_group", "4242");
	ck_assert_int_eq(served_call(path), -EPERM);
	expect_record(audit, "no", -EPERM);
	ck_assert_int_eq(stock_call(path), -EPERM);
	expect_record(audit, "no", -EPERM);

	audit_watch(SYS_chroot, false);
	audit_enable(false);
}
END_TEST

/* -- Landlock ----------------------------------------------------------------------- */

/* A domain in which files can be read beneath this directory only. */
static bool enter_landlock(const char *readable)
{
	const struct landlock_ruleset_attr handled = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	const int ruleset = syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);

	if (ruleset < 0)
		return false;
	rule.parent_fd = open(readable, O_PATH | O_CLOEXEC);
	must(rule.parent_fd >= 0);
	must(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0);
	must(syscall(SYS_landlock_restrict_self, ruleset, 0) == 0);
	close(rule.parent_fd);
	close(ruleset);
	return true;
}

static int open_errno(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : close(fd);
}

static const char *landlocked_tree(void)
{
	const char *root = make_dir("landlock");

	make_file(path_in(make_dir_in(root, "open"), "file"), 0644);
	make_file(path_in(make_dir_in(root, "closed"), "file"), 0644);
	become_served_user();
	return root;
}

START_TEST(landlock_holds_across_a_chroot)
{
	const char *root = landlocked_tree();

	if (!enter_landlock(path_in(root, "open"))) {
		skip("no Landlock in this kernel");
		return;
	}
	expect_granted(root);
	ck_assert_int_eq(open_errno("/open/file"), 0);
	ck_assert_int_eq(open_errno("/closed/file"), EACCES);
	/* Nor does a further root change whose it is. */
	must(chdir("/") == 0);
	ck_assert_int_eq(open_errno("closed/file"), EACCES);
}
END_TEST

START_TEST(landlock_can_follow_a_chroot)
{
	const char *root = landlocked_tree();

	expect_granted(root);
	must(chdir("/") == 0);
	if (!enter_landlock("/open")) {
		skip("no Landlock in this kernel");
		return;
	}
	ck_assert_int_eq(open_errno("/open/file"), 0);
	ck_assert_int_eq(open_errno("/closed/file"), EACCES);
	expect_refused("/open", "nested");
}
END_TEST

/* -- a livepatch of the same function ------------------------------------------------ */

#define LIVEPATCH	"livepatch_chroot"
#define LIVEPATCH_FILE	"/lib/modules/" LIVEPATCH ".ko"
#define LIVEPATCH_DIR	"/sys/kernel/livepatch/" LIVEPATCH

static bool livepatch_is_there(void)
{
	if (access(LIVEPATCH_FILE, F_OK) == 0)
		return true;
	skip("no livepatches in this kernel");
	return false;
}

/* Every task has to be seen once outside the function. */
static void livepatch_settle(void)
{
	for (int tries = 0; access(LIVEPATCH_DIR, F_OK) == 0 &&
	     strcmp(file_read(LIVEPATCH_DIR "/transition"), "0\n"); tries++) {
		ck_assert_msg(tries < 300, "the livepatch's transition does not end");
		usleep(100000);
	}
}

static void livepatch_remove(void)
{
	int error;

	if (!module_loaded(LIVEPATCH))
		return;
	livepatch_settle();
	file_write(LIVEPATCH_DIR "/enabled", "0");
	for (int tries = 0; (error = module_unload(LIVEPATCH)) && tries < 300; tries++)
		usleep(100000);
	ck_assert_msg(!error, "cannot unload the livepatch: %s", strerror(-error));
}

START_TEST(livepatch_first)
{
	if (!livepatch_is_there())
		return;
	module_absent();
	ck_assert_int_eq(module_load(LIVEPATCH_FILE, ""), 0);
	livepatch_settle();
	ck_assert_int_eq(served_call("/"), -ENOTUNIQ);
	ck_assert_int_eq(module_load(MODULE_FILE, ""), -EBUSY);
	ck_assert_msg(!module_loaded(MODULE_NAME), "half loaded");
	ck_assert_int_eq(served_call("/"), -ENOTUNIQ);

	livepatch_remove();
	module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

START_TEST(livepatch_second)
{
	if (!livepatch_is_there())
		return;
	ck_assert_int_eq(module_load(LIVEPATCH_FILE, ""), -EBUSY);
	ck_assert_msg(!module_loaded(LIVEPATCH), "the livepatch is there");
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
}
END_TEST

Suite *neighbours_suite(void)
{
	Suite *suite = suite_create("neighbours");
	TCase *tc;

	tc = add_case(suite, "seccomp");
	tcase_add_test(tc, seccomp_that_allows_adds_nothing);

	tc = add_case(suite, "audit");
	tcase_add_test(tc, audit_rule_records_the_call);

	tc = add_case(suite, "landlock");
	tcase_add_test(tc, landlock_holds_across_a_chroot);
	tcase_add_test(tc, landlock_can_follow_a_chroot);

	tc = add_case(suite, "livepatch");
	tcase_add_unchecked_fixture(tc, NULL, livepatch_remove);
	tcase_add_test(tc, livepatch_first);
	tcase_add_test(tc, livepatch_second);

	add_tracing_cases(suite);
	add_bpf_cases(suite);
	return suite;
}
