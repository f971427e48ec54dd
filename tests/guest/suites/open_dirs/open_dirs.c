// SPDX-License-Identifier: GPL-2.0
/*
 * Open directories: the descriptor table as a whole, how long it is and who
 * shares it. kinds.c has the single descriptors.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "open_dirs.h"
#include "suites.h"

int open_dir(int flags)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | flags);

	must(fd >= 0);
	return fd;
}

void dir_at(int fd)
{
	int from = open_dir(O_CLOEXEC);

	if (from == fd)
		return;
	must(dup2(from, fd) == fd);
	must(close(from) == 0);
}

const char *enter_place(bool chrooted)
{
	const char *jail;

	if (!chrooted)
		return "/";
	jail = make_dir("jail");
	param_set("allow_nested", "Y");
	enter_jail(jail);
	return "/";
}

/* -- a descriptor table of another size -------------------------------------------------- */

#define MANY	100000

/*
 * Whole table in use, the directory first, in the middle, last, at the ends of
 * what a scan in slices might take, or nowhere.
 */
START_TEST(one_directory_among_very_many)
{
	static const int places[] = { 64, 1023, 1024, 4096, MANY / 2, 65536, MANY - 1 };
	struct rlimit limit = { .rlim_cur = MANY, .rlim_max = MANY };
	int file = open("/dev/null", O_RDONLY), directory = open_dir(O_PATH);
	int fd;

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	param_set("allow_open_directories", "0");
	become_served_user();
	do
		fd = dup(file);
	while (fd >= 0 && fd < MANY - 1);
	must(fd == MANY - 1);

	expect_refused("/", "open_directory");
	must(dup2(file, directory) == directory);
	expect_granted("/");
	for (int i = 0; i < COUNT(places); i++) {
		note("directory at %d of %d", places[i], MANY);
		directory = places[i];
		must(close(file) == 0 && close(directory) == 0);
		dir_at(directory);
		must((file = open("/dev/null", O_RDONLY)) >= 0);
		expect_refused("/", "open_directory");
		must(dup2(file, directory) == directory);
		expect_granted("/");
	}
}
END_TEST

/* A table grows and shrinks with fork(): only what is open counts. */
static void child_is_granted(void *unused)
{
	(void)unused;
	expect_granted("/");
}

START_TEST(a_child_with_a_smaller_table)
{
	struct rlimit limit = { .rlim_cur = MANY, .rlim_max = MANY };

	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	param_set("allow_open_directories", "0");
	become_served_user();
	dir_at(MANY - 1);
	expect_refused("/", "open_directory");
	must(close(MANY - 1) == 0);
	check_in_child(child_is_granted, NULL);
	expect_granted("/");
}
END_TEST

/* -- the table is shared -------------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *value;
	bool chrooted, directory, thread;
	const char *reason;
} shared[] = {
	{ "peer", "0", false, false, false, "shared_files" },
	{ "peer", "0", true, false, false, "shared_files" },
	{ "peer", "1", false, false, false, NULL },
	{ "peer", "1", true, false, false, "shared_files" },
	{ "peer", "2", true, false, false, NULL },
	{ "peer", "-1", false, false, false, NULL },
	{ "peer, directory", "0", false, true, false, "open_directory" },
	{ "peer, directory", "1", false, true, false, NULL },
	{ "peer, directory", "1", true, true, false, "open_directory" },
	{ "peer, directory", "2", true, true, false, NULL },
	{ "thread", "0", false, false, true, "shared_files" },
	{ "thread", "1", false, false, true, NULL },
	{ "thread", "1", true, false, true, "shared_files" },
	{ "thread, directory", "0", false, true, true, "open_directory" },
	{ "thread, directory", "2", true, true, true, NULL },
};

START_TEST(shared_table)
{
	struct idle_thread *thread = NULL;
	const char *path;
	pid_t peer = 0;

	note("%s, allow_open_directories=%s, chrooted: %d", shared[_i].name,
	     shared[_i].value, shared[_i].chrooted);
	param_set("allow_open_directories", shared[_i].value);
	if (shared[_i].directory)
		open_dir(0);
	path = enter_place(shared[_i].chrooted);
	become_served_user();
	if (shared[_i].thread) {
		/* Shares the fs_struct as well, which is judged first. */
		thread = start_thread();
		expect_refused(path, "shared_fs");
		param_set("require_unshared_fs", "N");
	} else {
		peer = start_peer(CLONE_FILES);
	}
	expect_verdict(path, shared[_i].reason);

	/* Alone again: what is left to say is the directory. */
	if (thread)
		stop_thread(thread);
	else
		stop_peer(peer);
	expect_verdict(path, shared[_i].directory ? shared[_i].reason : NULL);
}
END_TEST

/* A thread with a table of its own neither shares nor counts. */
static void thread_with_its_own_table(void *unused)
{
	(void)unused;
	must(unshare(CLONE_FILES | CLONE_FS) == 0);
	expect_granted("/");
	open_dir(0);
	expect_refused("/", "open_directory");
}

START_TEST(a_thread_has_what_its_own_table_has)
{
	param_set("allow_open_directories", "0");
	become_served_user();
	in_thread(thread_with_its_own_table, NULL);
	expect_granted("/");
}
END_TEST

/* Another process may read the table (/proc, pidfd): that is no sharing. */
START_TEST(looking_at_the_table_is_not_sharing)
{
	param_set("allow_open_directories", "0");
	become_served_user();
	must(syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, getpid(), 0), 0, 0) >= 0);
	start_peer(0);
	expect_granted("/");
}
END_TEST

Suite *open_dirs_suite(void)
{
	Suite *suite = suite_create("open_dirs");
	TCase *tc;

	add_kind_cases(suite);

	tc = add_case(suite, "size");
	tcase_add_test(tc, one_directory_among_very_many);
	tcase_add_test(tc, a_child_with_a_smaller_table);

	tc = add_case(suite, "shared");
	tcase_add_loop_test(tc, shared_table, 0, COUNT(shared));
	tcase_add_test(tc, a_thread_has_what_its_own_table_has);
	tcase_add_test(tc, looking_at_the_table_is_not_sharing);
	return suite;
}
