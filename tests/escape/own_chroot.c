// SPDX-License-Identifier: GPL-2.0
/*
 * What a user's own chroot, granted by the module, confines and what it does
 * not: SECURITY.md tells deployers.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "escape.h"
#include "ring.h"

/* Not in the jail, but in the directory above it. */
static const char *stand_outside(void)
{
	make_scene();
	make_jail(false);
	must(chdir(top) == 0);
	become_served_user();
	return jail;
}

static void be_strict(void)
{
	param_set("allow_open_directories", "0");
	param_set("require_cwd_beneath", "2");
}

START_TEST(confines_who_closes_and_moves)
{
	const char *root = stand_outside();

	be_strict();
	must(chdir(root) == 0);
	expect_granted(root);
	must(chdir("/") == 0);
	ck_assert_msg(!look(AT_FDCWD), "the marker outside is in reach");
	expect_refused("/d", "nested");
}
END_TEST

START_TEST(keeps_the_working_directory)
{
	const char *root = stand_outside();

	param_set("require_cwd_beneath", "2");
	expect_refused(root, "cwd_outside");
	param_set("require_cwd_beneath", "1");
	expect_granted(root);
	ck_assert_msg(look(AT_FDCWD), "the working directory no longer leads out");
}
END_TEST

START_TEST(keeps_open_directories)
{
	const char *root = stand_outside();
	const int fd = open_directory(".");

	must(chdir(root) == 0);
	param_set("allow_open_directories", "0");
	expect_refused(root, "open_directory");
	param_set("allow_open_directories", "1");
	expect_granted(root);
	ck_assert_msg(look(fd), "the directory no longer leads out");
}
END_TEST

START_TEST(does_not_see_what_is_in_flight)
{
	const char *root = stand_outside();
	const int fd = open_directory(".");

	be_strict();
	make_pair();
	send_fd(pair[0], fd);
	close(fd);
	must(chdir(root) == 0);
	expect_granted(root);
	ck_assert_msg(look(receive_fd(pair[1])), "the directory no longer leads out");
}
END_TEST

START_TEST(leaves_io_uring_threads_behind)
{
	const char *root = stand_outside();

	be_strict();
	must(chdir(root) == 0);
	begin_lone_poller();
	expect_granted(root);
	ck_assert_msg(look(root_of_lone_poller()), "the thread no longer leads out");
}
END_TEST

static int make_namespace(void *unused)
{
	(void)unused;
	return unshare(CLONE_NEWUSER) ? errno : 0;
}

START_TEST(ends_user_namespaces)
{
	const char *root = stand_outside();

	ck_assert_msg(!in_child(make_namespace, NULL), "none can be made before it either");
	must(chdir(root) == 0);
	expect_granted(root);
	ck_assert_int_eq(in_child(make_namespace, NULL), EPERM);
}
END_TEST

/*
 * What a user can mount, in namespaces of his own; proc shows root as the owner,
 * whoever mounts it. Not sysfs and cgroup2: nothing in them is the user's, and to
 * the kernel they belong to the initial user namespace as those of the host do.
 */
static const struct {
	const char *type, *options;
	bool everywhere;
} mounts_of_users[] = {
	{ "tmpfs", "mode=0755", true },
	{ "proc", NULL, true },
	{ "mqueue", NULL, false },
	{ "devpts", "newinstance", false },
	{ "overlay", "lowerdir=/usr:/etc", false },
};

/* Mounts them on these directories, says which there are, and stays. */
static void mount_as_user(const char *const *points, int said)
{
	bool mounted[COUNT(mounts_of_users)];

	become_user();
	must(!unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID));
	become_namespace_root();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* A new process is the first in the namespace of processes. */
	if (fork_with(0))
		pause();
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	must(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	for (int i = 0; i < COUNT(mounts_of_users); i++)
		mounted[i] = !mount(mounts_of_users[i].type, points[i],
				    mounts_of_users[i].type, 0,
				    mounts_of_users[i].options);
	must(write(said, mounted, sizeof(mounted)) == sizeof(mounted));
	pause();
	_exit(0);
}

START_TEST(user_makes_no_trusted_root)
{
	const char *points[COUNT(mounts_of_users)], *own = make_dir("own");
	bool mounted[COUNT(mounts_of_users)];
	char root[32];
	int said[2];
	pid_t pid;

	for (int i = 0; i < COUNT(points); i++)
		points[i] = make_dir("point");
	must(!pipe(said) && !chown(own, TEST_UID, TEST_GID));
	pid = fork_with(0);
	if (!pid)
		mount_as_user(points, said[1]);
	close(said[1]);
	must(read(said[0], mounted, sizeof(mounted)) == sizeof(mounted));
	snprintf(root, sizeof(root), "/proc/%d/root", pid);
	param_set("require_trusted_root", "Y");
	param_set("require_beneath", "N");
	become_served_user();
	expect_refused(own, "untrusted_root");
	for (int i = 0; i < COUNT(points); i++) {
		note("%s", mounts_of_users[i].type);
		ck_assert_msg(mounted[i] || !mounts_of_users[i].everywhere,
			      "a user cannot mount %s", mounts_of_users[i].type);
		if (mounted[i])
			expect_refused(path_in(root, points[i] + 1), "untrusted_root");
	}
}
END_TEST

void add_own_chroot_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "own chroot");

	tcase_add_test(tc, confines_who_closes_and_moves);
	tcase_add_test(tc, keeps_the_working_directory);
	tcase_add_test(tc, keeps_open_directories);
	tcase_add_test(tc, does_not_see_what_is_in_flight);
	tcase_add_test(tc, leaves_io_uring_threads_behind);
	tcase_add_test(tc, ends_user_namespaces);
	tcase_add_test(tc, user_makes_no_trusted_root);
}
