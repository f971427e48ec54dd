// SPDX-License-Identifier: GPL-2.0
/*
 * Each condition of the policy, refused and granted. Here what checks a
 * condition, and the privileged callers that restrict_privileged adds.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"
#include "suites.h"

void refused_then_granted(void *data)
{
	const struct condition *condition = data;
	const char *path = condition->become();

	expect_refused(path, condition->reason);
	/* The refusal changed nothing that a second call would show. */
	expect_refused(path, condition->reason);
	param_set(condition->tunable, condition->value);
	expect_granted(path);
}

/* Granted at once when the tunable has the value from the start. */
static void granted_at_once(void *data)
{
	const struct condition *condition = data;
	const char *path = condition->become();

	param_set(condition->tunable, condition->value);
	expect_granted(path);
}

void check_condition(const struct condition *condition)
{
	for (int i = 0; i < n_entries; i++) {
		if (!entry_works(&entries[i]))
			continue;
		chroot_entry = entries[i].call;
		note("%s; entry: %s", condition->name, entries[i].name);
		check_in_child(refused_then_granted, (void *)condition);
		params_default();
	}
	chroot_entry = sys_chroot;
	check_in_child(granted_at_once, (void *)condition);
}

/* -- restrict_privileged ---------------------------------------------------------- */

static void open_directory(void)
{
	must(open("/", O_RDONLY) >= 0);
}

static void share_files(void)
{
	start_peer(CLONE_FILES);
}

static void share_files_with_directory(void)
{
	share_files();
	open_directory();
}

static void nothing(void)
{
}

/* Everything else that would refuse a caller without privilege. */
static void all_the_rest(void)
{
	param_set("require_cwd_beneath", "2");
	param_set("allowed_group", "4242");
	param_set("require_trusted_root", "Y");
	add_seccomp_filter();
	start_peer(CLONE_FS);
}

/* On a mount that is no longer anywhere: not beneath, and the cwd outside. */
static void stand_outside(void)
{
	param_set("require_cwd_beneath", "2");
	mount_tmpfs(make_dir_in("/", "mnt"));
	make_dir_in("/mnt", "sub");
	must(chdir("/mnt") == 0);
	must(umount2("/mnt", MNT_DETACH) == 0);
}

static void user_namespace(void)
{
	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
}

static void user_namespace_with_directory(void)
{
	user_namespace();
	open_directory();
}

static const struct {
	const char *name;
	void (*become)(void);
	const char *allow;
	bool chrooted;
	const char *reason;
} privileged[] = {
	{ "no directory", nothing, "0", false, NULL },
	{ "no directory", nothing, "0", true, NULL },
	{ "no directory", nothing, "1", true, NULL },
	{ "directory", open_directory, "0", false, "open_directory" },
	{ "directory", open_directory, "0", true, "open_directory" },
	{ "directory", open_directory, "1", false, NULL },
	{ "directory", open_directory, "1", true, "open_directory" },
	{ "directory", open_directory, "2", true, NULL },
	{ "directory", open_directory, "-1", true, NULL },
	{ "shared table", share_files, "0", false, "shared_files" },
	{ "shared table", share_files, "1", false, NULL },
	{ "shared table", share_files, "1", true, "shared_files" },
	{ "shared table", share_files, "2", true, NULL },
	{ "shared table, directory", share_files_with_directory, "1", true, "open_directory" },
	{ "everything else", all_the_rest, "0", true, NULL },
	{ "everything else", all_the_rest, "2", true, NULL },
	{ "outside", stand_outside, "0", true, NULL },
	{ "root of a user namespace", user_namespace, "0", false, NULL },
	{ "the same, directory", user_namespace_with_directory, "0", false, "open_directory" },
	{ "the same, directory", user_namespace_with_directory, "1", false, NULL },
};

static void check_privileged(void *with_nnp)
{
	const int i = ((int *)with_nnp)[1];
	const char *jail = make_dir("jail");

	note("%s, allow_open_directories=%s, chrooted: %d", privileged[i].name,
	     privileged[i].allow, privileged[i].chrooted);
	make_dir_in(jail, "sub");
	if (((int *)with_nnp)[0])
		set_no_new_privs();
	if (privileged[i].chrooted)
		enter_jail(jail);
	else
		must(chdir(jail) == 0);
	param_set("allow_open_directories", privileged[i].allow);
	privileged[i].become();

	/* Switched off, it is the kernel's own call and nobody counts. */
	if (privileged[i].reason) {
		param_set("restrict_privileged", "N");
		expect_stock(".", 0);
	}
	param_set("restrict_privileged", "Y");
	expect_stock("missing", ENOENT);
	expect_verdict("sub", privileged[i].reason);
}

START_TEST(privileged_and_open_directories)
{
	for (int nnp = 0; nnp < 2; nnp++) {
		int data[] = { nnp, _i };

		check_in_child(check_privileged, data);
		params_default();
	}
}
END_TEST

/* The others are judged as before. */
START_TEST(unprivileged_is_judged_by_the_whole_policy)
{
	const char *dir = make_dir("dir");

	param_set("restrict_privileged", "Y");
	become_user();
	expect_stock(dir, EPERM);
	set_no_new_privs();
	expect_granted(dir);
	expect_refused("/", "nested");
}
END_TEST

START_TEST(privileged_while_disabled)
{
	param_set("restrict_privileged", "Y");
	param_set("allow_open_directories", "0");
	param_set("enabled", "N");
	open_directory();
	expect_stock("/tmp", 0);
}
END_TEST

Suite *facts_suite(void)
{
	Suite *suite = suite_create("facts");
	TCase *tc;

	add_task_cases(suite);
	add_place_cases(suite);
	add_trusted_cases(suite);
	add_order_cases(suite);
	add_lock_cases(suite);

	tc = add_case(suite, "restrict_privileged");
	tcase_add_loop_test(tc, privileged_and_open_directories, 0, COUNT(privileged));
	tcase_add_test(tc, unprivileged_is_judged_by_the_whole_policy);
	tcase_add_test(tc, privileged_while_disabled);
	return suite;
}
