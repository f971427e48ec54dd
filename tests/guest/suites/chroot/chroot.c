// SPDX-License-Identifier: GPL-2.0
/*
 * What a served call does: the root becomes what the path was, and nothing
 * else changes; a call that fails changes nothing at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chroot.h"
#include "guest.h"
#include "suites.h"

/* -- which object becomes the root ---------------------------------------------- */

static const char *const targets[] = {
	"dir", "./dir", "link", "link/", "link/..", "dir/..", ".", "..", "../..",
	"/", "//", "/..", "/proc/self/cwd", "/proc/self/cwd/dir", "/proc/self/root",
	"/proc/self/root/tmp", "/tmp", "/tmp/.", "/proc", "absolute",
};

static void grant(void *path)
{
	expect_granted(path);
}

START_TEST(root_is_what_the_path_was)
{
	const char *base = make_dir("target");

	must(chdir(base) == 0);
	must(mkdir("dir", 0755) == 0);
	must(symlink("dir", "link") == 0);
	must(symlink("/tmp", "absolute") == 0);
	become_served_user();
	/* It compares the two, and the working directory with what it was. */
	check_each_entry(grant, (void *)targets[_i]);
}
END_TEST

START_TEST(a_mount_point_is_followed_into_the_mount)
{
	const char *point = make_dir("mnt");

	mount_tmpfs(point);
	make_dir_in(point, "inside");
	become_served_user();
	expect_granted(point);
	ck_assert_msg(access("/inside", F_OK) == 0,
		      "the root is what is under the mount, not the mount");
}
END_TEST

START_TEST(a_removed_directory_is_a_directory)
{
	const char *gone = make_dir("gone");

	must(chdir(gone) == 0);
	must(rmdir(gone) == 0);
	become_served_user();
	/* A root from which nothing can be reached: harmless, and as the kernel's. */
	expect_granted(".");
}
END_TEST

START_TEST(the_current_root_leaves_one_unchrooted)
{
	const char *dir = make_dir("dir");

	become_served_user();
	expect_granted("/");
	expect_granted("/");
	expect_granted("/proc/self/root");
	/* Were the caller chrooted now, this would be refused. */
	expect_granted(dir);
	expect_refused("/", "nested");
}
END_TEST

/* -- what else changes: nothing -------------------------------------------------- */

#define N_DESCRIPTORS	128

struct descriptor {
	int fd_flags, file_flags;
	dev_t device;
	ino_t inode;
};

static void read_descriptors(struct descriptor *table)
{
	struct stat st;

	memset(table, 0, N_DESCRIPTORS * sizeof(*table));
	for (int fd = 0; fd < N_DESCRIPTORS; fd++) {
		table[fd].fd_flags = fcntl(fd, F_GETFD);
		table[fd].file_flags = fcntl(fd, F_GETFL);
		if (fstat(fd, &st) == 0) {
			table[fd].device = st.st_dev;
			table[fd].inode = st.st_ino;
		}
	}
}

static void open_some(void)
{
	int pair[2];

	must(open("/", O_RDONLY | O_CLOEXEC) >= 0);
	must(open("/tmp", O_PATH) >= 0);
	must(open("/proc/self/status", O_RDONLY) >= 0);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	must(dup2(pair[0], N_DESCRIPTORS - 1) >= 0);
}

static void granted(void)
{
	expect_granted("dir");
}

static void refused(void)
{
	param_set("require_cwd_beneath", "2");
	expect_refused("dir", "cwd_outside");
}

static void not_found(void)
{
	expect_stock("missing", ENOENT);
}

static void not_permitted(void)
{
	expect_stock("closed", EACCES);
}

static void (*const calls[])(void) = { granted, refused, not_found, not_permitted };

START_TEST(descriptors_stay_as_they_are)
{
	struct descriptor before[N_DESCRIPTORS], after[N_DESCRIPTORS];

	must(chdir(make_dir("effect")) == 0);
	must(mkdir("dir", 0755) == 0);
	must(mkdir("closed", 0700) == 0);
	open_some();
	become_served_user();
	counter("allowed");

	read_descriptors(before);
	calls[_i]();
	read_descriptors(after);
	for (int fd = 0; fd < N_DESCRIPTORS; fd++)
		ck_assert_msg(!memcmp(&before[fd], &after[fd], sizeof(before[fd])),
			      "descriptor %d is not what it was", fd);
}
END_TEST

static int chroot_root(void *path)
{
	return -sys_chroot(path);
}

START_TEST(only_the_caller_is_moved)
{
	struct stat before, after;

	become_served_user();
	must(stat("/", &before) == 0);
	ck_assert_int_eq(in_child(chroot_root, "/tmp"), 0);
	must(stat("/", &after) == 0);
	ck_assert_msg(before.st_ino == after.st_ino && before.st_dev == after.st_dev,
		      "a child's chroot moved the parent's root");
}
END_TEST

/* A child begins with its parent's root, and is judged for itself. */
static void child_is_nested(void *unused)
{
	(void)unused;
	expect_refused("/", "nested");
}

START_TEST(children_inherit_the_root)
{
	const char *dir = make_dir("dir");

	become_served_user();
	expect_granted(dir);
	check_in_child(child_is_nested, NULL);
}
END_TEST

/* -- references ------------------------------------------------------------------ */

#define ROUNDS	300

static int granted_then_exits(void *path)
{
	return chdir(path) || sys_chroot(path);
}

static int refused_and_failed(void *data)
{
	const char *const *paths = data;

	become_served_user();
	for (int i = 0; i < ROUNDS; i++) {
		if (sys_chroot(paths[0]) != -EPERM || sys_chroot(paths[1]) != -ENOTDIR ||
		    sys_chroot(paths[2]) != -EACCES || sys_chroot(paths[3]) != -ENOENT)
			return 1;
	}
	return 0;
}

/* Unprivileged callers that come and go, the jailed process too. */
static int granted_many_times(void *path)
{
	become_served_user();
	for (int i = 0; i < ROUNDS / 10; i++)
		if (in_child(granted_then_exits, path))
			return 1;
	return 0;
}

/* The old root is let go as well. */
static int nested_many_times(void *path)
{
	if (chroot(path) || chdir("/"))
		return 1;
	become_served_user();
	for (int i = 0; i < ROUNDS; i++)
		if (sys_chroot("/"))
			return 1;
	return chdir("/dir") || sys_chroot("/dir");
}

/* A path_get() too many keeps the mount busy for ever. */
START_TEST(no_reference_is_kept)
{
	const char *point = make_dir("mnt");
	const char *dir, *paths[4];

	mount_tmpfs(point);
	dir = make_dir_in(point, "dir");
	make_dir_in(dir, "dir");
	paths[0] = dir;
	paths[1] = path_in(point, "file");
	make_file(paths[1], 0644);
	paths[2] = make_dir_in(point, "closed");
	must(chmod(paths[2], 0700) == 0);
	paths[3] = path_in(point, "missing");

	param_set("require_cwd_beneath", "2");
	ck_assert_int_eq(in_child(refused_and_failed, paths), 0);
	ck_assert_int_eq(in_child(granted_many_times, (void *)dir), 0);
	param_set("allow_nested", "Y");
	ck_assert_int_eq(in_child(nested_many_times, (void *)dir), 0);

	ck_assert_msg(umount2(point, 0) == 0,
		      "umount after all callers are gone: expected success, got: %m");
}
END_TEST

struct inside {
	const char *point;
	int ready;
};

static int stay_inside(void *data)
{
	const struct inside *inside = data;

	become_served_user();
	if (sys_chroot(inside->point) || chdir("/") || write(inside->ready, "", 1) != 1)
		return 1;
	pause();
	return 0;
}

/* One reference too few would let the mount go from under its user. */
START_TEST(the_root_is_held_while_in_use)
{
	struct inside inside;
	int fds[2];
	char byte;
	pid_t pid;

	inside.point = make_dir("mnt");
	mount_tmpfs(inside.point);
	must(pipe(fds) == 0);
	inside.ready = fds[1];
	pid = fork();
	must(pid >= 0);
	if (pid == 0)
		_exit(stay_inside(&inside));
	close(fds[1]);
	ck_assert_msg(read(fds[0], &byte, 1) == 1, "the child was not granted its root");

	ck_assert_msg(umount2(inside.point, 0) < 0 && errno == EBUSY,
		      "umount of a root in use: expected EBUSY");
	stop_peer(pid);
	ck_assert_msg(umount2(inside.point, 0) == 0,
		      "umount of a root no longer in use: %m");
}
END_TEST

Suite *chroot_suite(void)
{
	Suite *suite = suite_create("chroot");
	TCase *tc;

	tc = add_case(suite, "effect");
	tcase_add_loop_test(tc, root_is_what_the_path_was, 0, COUNT(targets));
	tcase_add_test(tc, a_mount_point_is_followed_into_the_mount);
	tcase_add_test(tc, a_removed_directory_is_a_directory);
	tcase_add_test(tc, the_current_root_leaves_one_unchrooted);
	tcase_add_loop_test(tc, descriptors_stay_as_they_are, 0, COUNT(calls));
	tcase_add_test(tc, only_the_caller_is_moved);
	tcase_add_test(tc, children_inherit_the_root);

	tc = add_case(suite, "references");
	tcase_add_test(tc, no_reference_is_kept);
	tcase_add_test(tc, the_root_is_held_while_in_use);

	add_lookup_cases(suite);
	add_fuse_cases(suite);
	add_race_cases(suite);
	return suite;
}
