// SPDX-License-Identifier: GPL-2.0
/*
 * The errors of fchroot(2). The same caller makes the same call without the
 * module, with the module but not served, and served: what the kernel says
 * before it asks for the capability is the same each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fchroot.h"
#include "fchroot_calls.h"
#include "guest.h"
#include "scene.h"

#ifndef FD_FAILFS_ROOT
#define FD_FAILFS_ROOT	-10004	/* linux/fcntl.h, as old as the call */
#endif

/* -- errno, in the kernel's order ------------------------------------------------------ */

enum object { BAD, CLOSED_NUMBER, FILE_READ, FILE_PATH, PIPE, LINK, NO_X, DIR_READ, DIR_PATH };

/* As root makes it, before the caller gives up what would let it all pass. */
static int open_object(enum object object)
{
	const char *dir = make_dir("object"), *file = path_in(dir, "file");
	int pipes[2], fd;

	make_file(file, 0666);
	switch (object) {
	case BAD:
		return 1000000;
	case CLOSED_NUMBER:
		fd = open(dir, O_PATH);
		must(fd >= 0);
		close(fd);
		return fd;
	case FILE_READ:
		return open(file, O_RDONLY);
	case FILE_PATH:
		return open(file, O_PATH);
	case PIPE:
		must(pipe(pipes) == 0);
		return pipes[0];
	case LINK:
		must(symlink(dir, path_in(dir, "link")) == 0);
		return open(path_in(dir, "link"), O_PATH | O_NOFOLLOW);
	case NO_X:
		fd = open(dir, O_RDONLY);
		must(chmod(dir, 0744) == 0);
		return fd;
	case DIR_READ:
		return open(dir, O_RDONLY);
	case DIR_PATH:
		return open(dir, O_PATH);
	}
	return -1;
}

static const struct {
	const char *name;
	enum object object;
	unsigned int flags;
	int error;	/* 0: nothing before the capability is asked for */
} errors[] = {
	{ "flags, no descriptor", BAD, 1, EINVAL },
	{ "high flag, no descriptor", BAD, 0x80000000, EINVAL },
	{ "all flags, file", FILE_READ, ~0U, EINVAL },
	{ "flags, directory", DIR_READ, 1, EINVAL },
	{ "AT_EMPTY_PATH, directory", DIR_PATH, AT_EMPTY_PATH, EINVAL },
	{ "flags, no x", NO_X, 1, EINVAL },
	{ "no descriptor", BAD, 0, EBADF },
	{ "closed", CLOSED_NUMBER, 0, EBADF },
	{ "file", FILE_READ, 0, ENOTDIR },
	{ "file, O_PATH", FILE_PATH, 0, ENOTDIR },
	{ "pipe", PIPE, 0, ENOTDIR },
	{ "symbolic link itself", LINK, 0, ENOTDIR },
	{ "no x", NO_X, 0, EACCES },
	{ "directory", DIR_READ, 0, 0 },
	{ "directory, O_PATH", DIR_PATH, 0, 0 },
};

static int index_now;
static bool served;

static int error_of_user(void *unused)
{
	int fd = open_object(errors[index_now].object);

	(void)unused;
	become_user();
	if (served)
		set_no_new_privs();
	return -fentry->call(fd, errors[index_now].flags);
}

static void check_error(void *unused)
{
	const int error = errors[index_now].error;

	(void)unused;
	the_fd = open_object(errors[index_now].object);
	the_flags = errors[index_now].flags;
	become_user();
	expect_stock(NULL, error ?: EPERM);
	set_no_new_privs();
	if (error) {
		expect_stock(NULL, error);
		return;
	}
	/* What the policy thinks of it comes last. */
	param_set("require_cwd_beneath", "2");
	expect_refused(NULL, "cwd_outside");
}

START_TEST(errno_in_the_kernels_order)
{
	index_now = _i;
	/* Loading takes long, so it is done once for all entries. */
	module_absent();
	for (int i = 0; i < 2 * n_fentries; i++) {
		fentry = &fentries[i / 2];
		served = i % 2;
		if (!fentry_works(fentry))
			continue;
		ck_assert_msg(in_child(error_of_user, NULL) ==
			      (errors[_i].error ?: EPERM),
			      "%s, %s, no_new_privs: %d: the kernel itself says %s, expected %s",
			      errors[_i].name, fentry->name, served,
			      strerror(in_child(error_of_user, NULL)),
			      strerror(errors[_i].error ?: EPERM));
	}
	module_present();
	for (int i = 0; i < n_fentries; i++) {
		fentry = &fentries[i];
		if (!fentry_works(fentry))
			continue;
		chroot_entry = by_descriptor;
		note("%s, entry %s", errors[_i].name, fentry->name);
		check_in_child(check_error, NULL);
		params_default();
	}
}
END_TEST

/* -- negative descriptors: the kernel's own ---------------------------------------------- */

static const int sentinels[] = {
	-1, AT_FDCWD, -10000, -10002, -10003, FD_FAILFS_ROOT, -10005, -10009,
	INT_MIN,
};

static void as_served_with_peer(void)
{
	become_served_user();
	start_peer(CLONE_FS);
}

static void as_served_and_chrooted(void)
{
	enter_jail(make_dir("jail"));
	become_served_user();
}

static void as_served_with_directory(void)
{
	must(open("/", O_RDONLY) >= 0);
	become_served_user();
}

static const struct caller callers[] = {
	{ "root", plainly },
	{ "root with no_new_privs", set_no_new_privs },
	{ "user", become_user },
	{ "user with no_new_privs", become_served_user },
	{ "CLONE_FS peer", as_served_with_peer },
	{ "chrooted", as_served_and_chrooted },
	{ "user namespace", become_served_in_user_namespace },
	{ "open directory", as_served_with_directory },
};

static int caller_now, flags_now;

/* The answer, and whether there is a root left in which anything is found. */
static int sentinel_answer(void *unused)
{
	int error;

	(void)unused;
	callers[caller_now].become();
	error = -fentry->call(sentinels[index_now], flags_now);
	return error | (access("/", F_OK) == 0 ? 0 : 128);
}

/* answers[without or with the module][flags][sentinel][caller] */
static unsigned char answers[2][2][COUNT(sentinels)][COUNT(callers)];

static void ask_all(int with)
{
	for (flags_now = 0; flags_now < 2; flags_now++)
		for (index_now = 0; index_now < COUNT(sentinels); index_now++)
			for (caller_now = 0; caller_now < COUNT(callers); caller_now++)
				answers[with][flags_now][index_now][caller_now] =
					in_child(sentinel_answer, NULL);
}

START_TEST(negative_descriptors_are_the_kernels)
{
	unsigned long long before;
	bool some_worked = false;

	fentry = &fentries[_i];
	if (!fentry_works(fentry))
		return;
	before = counter_sum();
	ask_all(1);
	ck_assert_msg(counter_sum() == before,
		      "%s: a negative descriptor was judged by the module", fentry->name);
	module_absent();
	ask_all(0);
	module_present();

	for (int f = 0; f < 2; f++)
		for (int s = 0; s < COUNT(sentinels); s++)
			for (int c = 0; c < COUNT(callers); c++) {
				ck_assert_msg(answers[0][f][s][c] == answers[1][f][s][c],
					      "%s: fchroot(%d, %d) by %s: without the module %d, with it %d",
					      fentry->name, sentinels[s], f, callers[c].name,
					      answers[0][f][s][c], answers[1][f][s][c]);
				if (sentinels[s] == FD_FAILFS_ROOT &&
				    (answers[0][f][s][c] & 127) == 0)
					some_worked = true;
			}
	/* Else this would have compared errors with errors only. */
	ck_assert_msg(some_worked, "FD_FAILFS_ROOT worked for nobody");
}
END_TEST

void add_fchroot_errno_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "errno");

	tcase_add_loop_test(tc, errno_in_the_kernels_order, 0, COUNT(errors));
	tcase_add_loop_test(tc, negative_descriptors_are_the_kernels, 0, n_fentries);
}
