// SPDX-License-Identifier: GPL-2.0
/*
 * require_trusted_root: which directories only root can change, judged of the
 * one that was found, and asked of nobody else than it is meant for.
 */
#include <errno.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"
#include "stalls.h"
#include "trees.h"

static void enter_tree(void *data)
{
	const struct tree *tree = data;
	const char *path = tree->make();

	note("%s", tree->name);
	if (!path)
		return;
	param_set("require_trusted_root", "Y");
	become_served_user();
	if (!tree->trusted) {
		expect_refused(path, "untrusted_root");
		expect_refused(path, "untrusted_root");
		param_set("require_trusted_root", "N");
	}
	expect_granted(path);
}

START_TEST(only_what_root_alone_can_change)
{
	check_in_child(enter_tree, (void *)&trees[_i]);
}
END_TEST

/* Root is the one of the initial user namespace, whoever asks from where. */
static void from_a_user_namespace(void *data)
{
	const char *own = make_dir("own"), *roots = make_dir("roots");

	(void)data;
	must(!chown(own, TEST_UID, TEST_GID));
	param_set("require_trusted_root", "Y");
	param_set("allow_user_namespaces", "Y");
	become_user();
	must(!unshare(CLONE_NEWUSER));
	become_namespace_root();
	drop_capabilities();
	set_no_new_privs();
	ck_assert_uint_eq(geteuid(), 0);
	expect_refused(own, "untrusted_root");
	expect_granted(roots);
}

START_TEST(root_of_a_user_namespace_is_a_user)
{
	check_in_child(from_a_user_namespace, NULL);
}
END_TEST

START_TEST(privileged_are_not_asked)
{
	param_set("require_trusted_root", "Y");
	param_set("restrict_privileged", "Y");
	expect_granted("/tmp");
}
END_TEST

/* While the lookup sleeps, the directory goes to somebody else. */
static void change_during_call(uid_t from, uid_t to, int error, const char *moved)
{
	const char *target = make_dir("target");
	unsigned long long before;
	struct stall stall;

	must(!chown(target, from, 0));
	param_set("require_trusted_root", "Y");
	before = counter(moved);
	/* Out of the name that sleeps, its file system, and /tmp. */
	stall_begin_further(&stall, STALL_FUSE_ROOT, true,
			    path_in("../../..", target));
	must(!chown(target, to, 0));
	ck_assert_int_eq(stall_finish(&stall, STALL_DIRECTORY), error);
	ck_assert_uint_eq(counter(moved), before + 1);
}

START_TEST(owner_changes_during_the_call)
{
	change_during_call(0, TEST_UID, -EPERM, "refused_untrusted_root");
	change_during_call(TEST_UID, 0, 0, "allowed");
}
END_TEST

void add_trusted_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "trusted");

	tcase_add_loop_test(tc, only_what_root_alone_can_change, 0, tree_count);
	tcase_add_test(tc, root_of_a_user_namespace_is_a_user);
	tcase_add_test(tc, privileged_are_not_asked);
	tcase_add_test(tc, owner_changes_during_the_call);
}
