// SPDX-License-Identifier: GPL-2.0
/*
 * Races with tasks that share the root or the descriptors with the caller and
 * go their own way while it calls.
 *
 * The sharing can only end during a call: a new peer would have to be made by
 * somebody who shares already.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "race.h"

enum { LEFT = 1 };	/* race->word: the peer is on its own */

/* fork(2) with more shared. */
static pid_t start_caller(unsigned long clone_flags)
{
	const pid_t pid = syscall(SYS_clone, clone_flags | SIGCHLD, 0, 0, 0, 0);

	must(pid >= 0);
	return pid;
}

static void wait_for(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(!status, "a caller ended with status %#x", status);
}

/* -- the fs_struct ---------------------------------------------------------- */

/*
 * Calls until it is let go. That must be after the peer has begun to leave,
 * and the peer, root without no_new_privs, must stay where it is.
 */
START_TEST(peer_leaves_the_fs_struct)
{
	struct race *race = race_begin("a peer leaves the fs_struct", 1000);
	const char *jail = make_dir("race");
	struct stat outer, inner;
	unsigned long calls;
	pid_t pid;

	race_pin(1);
	must(!stat("/", &outer) && !stat(jail, &inner));
	while (race_on(race)) {
		pid = start_caller(CLONE_FS);
		if (!pid) {
			race_pin(0);
			become_served_user();
			while (race_call(race, jail) == -EPERM)
				race_must(race, is_root(&outer));
			race_must(race, race->result == 0 && race->word == LEFT &&
				  is_root(&inner));
			_exit(0);
		}
		for (calls = race->calls[0]; calls == race->calls[0]; )
			dawdle();
		dawdle();
		race->word = LEFT;
		must(!unshare(CLONE_FS));
		race_must(race, is_root(&outer));
		wait_for(pid);
		race_must(race, is_root(&outer));
	}
	ck_assert_uint_eq(counter("allowed"), race->calls[1]);
	ck_assert_uint_eq(counter("refused_shared_fs"), race->calls[0]);
	race_end(race);
}
END_TEST

/* -- threads ---------------------------------------------------------------- */

static int short_life(void *argument)
{
	struct race *race = argument;

	dawdle();
	race->word = LEFT;
	return 0;
}

/* The caller makes it, and calls while it lives and dies. */
static void call_beside_threads(void *argument)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	struct race *race = argument;
	pid_t tid;

	become_served_user();
	while (race_on(race)) {
		tid = clone(short_life, stack + sizeof(stack),
			    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			    CLONE_THREAD | CLONE_SYSVSEM, race);
		must(tid > 0);
		while (race_call(race, "/") == -EPERM)
			;
		race_must(race, race->result == 0 && race->word == LEFT);
		/* The stack is free when the thread is gone. */
		while (!syscall(SYS_tgkill, getpid(), tid, 0))
			sched_yield();
	}
}

START_TEST(thread_dies)
{
	struct race *race = race_begin("a thread dies", 1000);

	check_in_child(call_beside_threads, race);
	ck_assert_uint_eq(counter("allowed"), race->calls[1]);
	ck_assert_uint_eq(counter("refused_shared_fs"), race->calls[0]);
	race_end(race);
}
END_TEST

/* -- the descriptor table ----------------------------------------------------- */

static bool directory_is_open(void)
{
	struct stat st;
	int fd;

	for (fd = 0; fd < 128; fd++)
		if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
			return true;
	return false;
}

/*
 * The peer opens and closes directories, and leaves with one open or without.
 * The caller, who has the table for itself from then on, is told accordingly.
 */
START_TEST(peer_opens_directories_and_leaves)
{
	struct race *race = race_begin("a peer opens directories and leaves", 1000);
	unsigned long last[2] = { 0, 0 };
	bool last_open;
	pid_t pid;
	int i, fd = -1;

	param_set("allow_open_directories", "0");
	race_pin(1);
	while (race_on(race)) {
		last_open = random() % 2;
		pid = start_caller(CLONE_FILES);
		if (!pid) {
			race_pin(0);
			become_served_user();
			do
				i = race->word;
			while (race_call(race, "/") == -EPERM && i != LEFT);
			race_must(race, (race->result == 0) == !directory_is_open());
			_exit(0);
		}
		for (i = random() % 5; i >= 0; i--) {
			fd = open("/", i % 2 ? O_PATH : O_RDONLY);
			dawdle();
			if (i || !last_open)
				close(fd);
			dawdle();
		}
		must(!unshare(CLONE_FILES));
		race->word = LEFT;
		wait_for(pid);
		ck_assert_msg(race->result == (last_open ? -EPERM : 0),
			      "round %lu, left with a directory: %d, result %d",
			      race->rounds, last_open, race->result);
		last[last_open]++;
		if (last_open)
			close(fd);
	}
	must(last[0] && last[1]);
	ck_assert_uint_eq(counter("allowed"), race->calls[1]);
	ck_assert_uint_eq(counter("refused_open_directory") +
			  counter("refused_shared_files"), race->calls[0]);
	must(counter("refused_open_directory") && counter("refused_shared_files"));
	race_end(race);
}
END_TEST

void add_task_races(Suite *suite)
{
	TCase *tc = add_case(suite, "tasks");

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, peer_leaves_the_fs_struct);
	tcase_add_test(tc, thread_dies);
	tcase_add_test(tc, peer_opens_directories_and_leaves);
}
