// SPDX-License-Identifier: GPL-2.0
/*
 * What the policy wants to know of the task: its user namespace, its groups,
 * its seccomp state, and who shares its fs_struct and descriptor table.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"
#include "observe.h"

/* -- each condition ------------------------------------------------------------------ */

static const char *user_in_own_namespace(void)
{
	const char *dir = make_dir("dir");

	become_served_in_user_namespace();
	return dir;
}

static const char *root_in_own_namespace(void)
{
	const char *dir = make_dir("dir");

	enter_user_namespace();
	set_no_new_privs();
	return dir;
}

static const char *namespace_in_namespace(void)
{
	const char *dir = make_dir("dir");

	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
	/* Only who has a name in a namespace may make another in it. */
	become_namespace_root();
	enter_user_namespace();
	set_no_new_privs();
	return dir;
}

static const char *not_in_group(void)
{
	param_set("allowed_group", "4242");
	become_served_user();
	return make_dir("dir");
}

static const char *under_a_filter(void)
{
	become_served_under_filter();
	return make_dir("dir");
}

static const char *with_a_thread(void)
{
	become_served_user();
	start_thread();
	return make_dir("dir");
}

static const char *with_a_peer(void)
{
	become_served_user();
	start_peer(CLONE_FS);
	return make_dir("dir");
}

/* The one that must never be moved: root, without no_new_privs. */
static const char *with_a_privileged_peer(void)
{
	start_peer(CLONE_FS);
	become_served_user();
	return make_dir("dir");
}

/* A kernel thread that works for this process, with its fs_struct. */
static const char *with_an_io_uring_worker(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };

	become_served_user();
	must(syscall(SYS_io_uring_setup, 4, &params) >= 0);
	return make_dir("dir");
}

static const char *with_shared_files(void)
{
	param_set("allow_open_directories", "0");
	become_served_user();
	start_peer(CLONE_FILES);
	return make_dir("dir");
}

static const char *with_open_directory(void)
{
	param_set("allow_open_directories", "0");
	become_served_user();
	must(open("/", O_RDONLY) >= 0);
	return make_dir("dir");
}

const struct condition task_conditions[] = {
	{ "user namespace of one's own", user_in_own_namespace, "user_namespace",
	  "allow_user_namespaces", "Y" },
	{ "user namespace of root", root_in_own_namespace, "user_namespace",
	  "allow_user_namespaces", "Y" },
	{ "namespace in a namespace", namespace_in_namespace, "user_namespace",
	  "allow_user_namespaces", "Y" },
	{ "not in the group", not_in_group, "group", "allowed_group", "-1" },
	{ "not in the group, its own named", not_in_group, "group", "allowed_group", "1000" },
	{ "filter", under_a_filter, "seccomp", "allow_seccomp", "Y" },
	{ "thread", with_a_thread, "shared_fs", "require_unshared_fs", "N" },
	{ "CLONE_FS peer", with_a_peer, "shared_fs", "require_unshared_fs", "N" },
	{ "CLONE_FS peer that is root", with_a_privileged_peer, "shared_fs",
	  "require_unshared_fs", "N" },
	{ "io_uring worker", with_an_io_uring_worker, "shared_fs",
	  "require_unshared_fs", "N" },
	{ "open directory", with_open_directory, "open_directory",
	  "allow_open_directories", "2" },
	{ "shared descriptor table", with_shared_files, "shared_files",
	  "allow_open_directories", "2" },
};

const int n_task_conditions = COUNT(task_conditions);

START_TEST(refused_and_granted_by_its_tunable)
{
	check_condition(&task_conditions[_i]);
}
END_TEST

/* -- group ------------------------------------------------------------------------------ */

static const struct {
	const char *allowed;
	gid_t real, effective, saved, fs;
	gid_t supplementary;	/* none: the effective one again */
	const char *reason;
} groups[] = {
	{ "-1", 1000, 1000, 1000, 1000, 1000, NULL },
	{ "1000", 1000, 1000, 1000, 1000, 1000, NULL },
	{ "4242", 1000, 4242, 1000, 4242, 4242, NULL },
	{ "4242", 1000, 1000, 1000, 1000, 4242, NULL },
	{ "4242", 1000, 1000, 1000, 1000, 1000, "group" },
	{ "0", 1000, 1000, 1000, 1000, 1000, "group" },
	{ "0", 1000, 0, 1000, 0, 0, NULL },
	{ "4294967294", 1000, 1000, 1000, 1000, 1000, "group" },
	/* Effective or supplementary, no other. */
	{ "4242", 4242, 1000, 1000, 1000, 1000, "group" },
	{ "4242", 1000, 1000, 4242, 1000, 1000, "group" },
	{ "4242", 1000, 1000, 1000, 4242, 1000, "group" },
	{ "4242", 1000, 4242, 1000, 1000, 1000, NULL },
	/* A supplementary group does not stand in for the others. */
	{ "1000", 4242, 4242, 4242, 4242, 4243, "group" },
};

START_TEST(group_is_effective_or_supplementary)
{
	const char *dir = make_dir("dir");
	gid_t supplementary = groups[_i].supplementary;

	note("row %d, allowed_group=%s", _i, groups[_i].allowed);
	param_set("allowed_group", groups[_i].allowed);
	must(setgroups(1, &supplementary) == 0);
	must(setresgid(groups[_i].real, groups[_i].effective, groups[_i].saved) == 0);
	setfsgid(groups[_i].fs);
	ck_assert_int_eq(setfsgid(-1), groups[_i].fs);
	must(setresuid(TEST_UID, TEST_UID, TEST_UID) == 0);
	set_no_new_privs();
	expect_verdict(dir, groups[_i].reason);
}
END_TEST

/* Inside a namespace the group keeps its name of outside, whatever the map says. */
static const struct {
	const char *allowed, *map;
	const char *reason;
} mapped_groups[] = {
	{ "1000", "0 1000 1", NULL },
	{ "0", "0 1000 1", "group" },
	{ "4242", "4242 1000 1", "group" },
	{ "1000", "4242 1000 1", NULL },
	{ "1000", NULL, NULL },
	/* The overflow gid, which an unmapped group is shown as. */
	{ "65534", NULL, "group" },
	{ "-1", "0 1000 1", NULL },
};

START_TEST(group_is_one_of_the_initial_namespace)
{
	const char *dir = make_dir("dir");

	note("row %d, allowed_group=%s, map %s", _i, mapped_groups[_i].allowed,
	     mapped_groups[_i].map);
	param_set("allow_user_namespaces", "Y");
	param_set("allowed_group", mapped_groups[_i].allowed);
	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
	if (mapped_groups[_i].map) {
		must(!file_write("/proc/self/setgroups", "deny"));
		must(!file_write("/proc/self/gid_map", mapped_groups[_i].map));
	}
	drop_capabilities();
	set_no_new_privs();
	expect_verdict(dir, mapped_groups[_i].reason);
}
END_TEST

/* -- seccomp ---------------------------------------------------------------------------- */

static void filter_here(void *unused)
{
	(void)unused;
	add_seccomp_filter();
	expect_refused("/", "seccomp");
}

/* Filters, like no_new_privs, are the thread's own. */
START_TEST(filter_of_another_thread_does_not_count)
{
	param_set("require_unshared_fs", "N");
	become_served_user();
	in_thread(filter_here, NULL);
	expect_granted("/");
}
END_TEST

START_TEST(filter_has_the_first_word)
{
	param_set("allow_seccomp", "Y");
	become_served_user();
	must(filter_call(SYS_chroot, SECCOMP_RET_ERRNO | EXDEV, 0) == 0);
	expect_stock("/", EXDEV);
}
END_TEST

/* -- sharing, and its end ------------------------------------------------------------------ */

START_TEST(granted_when_the_thread_is_gone)
{
	struct idle_thread *thread;

	become_served_user();
	thread = start_thread();
	expect_refused("/", "shared_fs");
	stop_thread(thread);
	expect_granted("/");
}
END_TEST

START_TEST(granted_when_the_peer_is_gone)
{
	pid_t peer;

	become_served_user();
	peer = start_peer(CLONE_FS);
	expect_refused("/", "shared_fs");
	stop_peer(peer);
	expect_granted("/");
}
END_TEST

static void unshare_and_chroot(void *path)
{
	expect_refused(path, "shared_fs");
	must(unshare(CLONE_FS) == 0);
	expect_granted(path);
	ck_assert_msg(access("/proc", F_OK) < 0, "the thread's root is still the old one");
}

START_TEST(a_thread_with_its_own_fs_is_granted)
{
	const char *dir = make_dir("dir");

	become_served_user();
	in_thread(unshare_and_chroot, (void *)dir);
	ck_assert_msg(access("/proc/self", F_OK) == 0,
		      "a thread's chroot has moved another thread's root");
	expect_granted("/");
}
END_TEST

static const char *(*const sharers[])(void) = {
	with_a_thread, with_a_peer, with_an_io_uring_worker,
};

START_TEST(unsharing_is_the_way_out)
{
	sharers[_i]();
	expect_refused("/", "shared_fs");
	must(unshare(CLONE_FS) == 0);
	expect_granted("/");
}
END_TEST

/* Sharing anything else is nobody's business here. */
START_TEST(other_sharing_does_not_count)
{
	become_served_user();
	start_peer(CLONE_FILES);
	start_peer(CLONE_SYSVSEM);
	start_peer(CLONE_IO);
	start_peer(0);
	expect_granted("/");
}
END_TEST

void add_task_cases(Suite *suite)
{
	TCase *tc;

	tc = add_case(suite, "task");
	tcase_add_loop_test(tc, refused_and_granted_by_its_tunable, 0, n_task_conditions);

	tc = add_case(suite, "group");
	tcase_add_loop_test(tc, group_is_effective_or_supplementary, 0, COUNT(groups));
	tcase_add_loop_test(tc, group_is_one_of_the_initial_namespace, 0,
			    COUNT(mapped_groups));

	tc = add_case(suite, "seccomp");
	tcase_add_test(tc, filter_of_another_thread_does_not_count);
	tcase_add_test(tc, filter_has_the_first_word);

	tc = add_case(suite, "sharing");
	tcase_add_test(tc, granted_when_the_thread_is_gone);
	tcase_add_test(tc, granted_when_the_peer_is_gone);
	tcase_add_test(tc, a_thread_with_its_own_fs_is_granted);
	tcase_add_loop_test(tc, unsharing_is_the_way_out, 0, COUNT(sharers));
	tcase_add_test(tc, other_sharing_does_not_count);
}
