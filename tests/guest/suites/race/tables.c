// SPDX-License-Identifier: GPL-2.0
/*
 * Races with a peer that changes the descriptor table while it is searched:
 * one that grows, and one that is long.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "race.h"

#define LARGEST	400000

static void allow_many(void)
{
	const struct rlimit limit = { .rlim_cur = LARGEST, .rlim_max = LARGEST };

	must(!setrlimit(RLIMIT_NOFILE, &limit));
	param_set("allow_open_directories", "0");
}

/*
 * The table grows from hundreds to hundreds of thousands, with a directory in
 * its last place at the end or not.
 */
START_TEST(table_grows)
{
	struct race *race = race_begin("the table grows", 200);
	int fd, status, directory, file, last;
	bool open_at_end;
	pid_t pid;

	allow_many();
	close_all();
	directory = open("/", O_PATH);
	must(directory >= 0);
	while (race_on(race)) {
		open_at_end = random() % 2;
		pid = fork();
		must(pid >= 0);
		if (!pid) {
			/* A table of their own for the two of this round. */
			file = open("/dev/null", O_RDONLY);
			if (syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0)) {
				race_pin(0);
				become_served_user();
				while (!race->word)
					race_must(race, race_call(race, "/") == -EPERM ||
						  race->word);
				/* The peer ends soon. */
				must(wait(&status) > 0 && !status);
				_exit(race_call(race, "/") ? 1 : 2);
			}
			race_pin(1);
			for (fd = 300; fd < LARGEST; fd = fd * 2 + random() % 100)
				last = dup2(file, fd);
			dup2(directory, last);
			close(directory);
			if (!open_at_end)
				close(last);
			race->word = 1;
			_exit(0);
		}
		must(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		ck_assert_msg(WEXITSTATUS(status) == (open_at_end ? 1 : 2),
			      "round %lu, a directory at the end: %d, status %#x",
			      race->rounds, open_at_end, status);
	}
	race_end(race);
}
END_TEST

#define MANY	100000

static unsigned long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000UL + now.tv_nsec / 1000;
}

/*
 * Many files, and a directory that comes and goes at the end. A call during
 * which it stayed, or stayed away, has one answer.
 *
 * It is there while the phase is a multiple of four; on its way, while that is
 * odd.
 */

static void call_with_a_long_table(void *argument)
{
	struct race *race = argument;
	unsigned long long seen[2], grown[2];
	unsigned long told[2] = { 0, 0 };
	unsigned int before, after;
	unsigned long begin;
	int fd, directory;

	race->pause = 15000;
	directory = open("/", O_PATH);
	must(directory >= 0 && dup2(directory, LARGEST - 2) == LARGEST - 2);
	close(directory);
	for (fd = open("/dev/null", O_RDONLY); fd >= 0 && fd < MANY; )
		fd = dup(fd);
	must(fd == MANY);
	if (!syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0)) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		race_pin(1);
		for (;; race->phase++) {
			usleep(random() % (4 * race->pause));
			race->phase++;
			if (race->phase % 4 == 1) {
				close(LARGEST - 2);
				continue;
			}
			directory = open("/", O_PATH);
			dup2(directory, LARGEST - 2);
			close(directory);
		}
	}
	race_pin(0);
	become_served_user();
	while (race_on(race)) {
		before = race->phase;
		begin = microseconds();
		seen[0] = counter("refused_shared_files");
		seen[1] = counter("refused_open_directory");
		race_must(race, race_call(race, "/") == -EPERM);
		grown[0] = counter("refused_shared_files") - seen[0];
		grown[1] = counter("refused_open_directory") - seen[1];
		after = race->phase;
		/* Some calls fit between two changes, on a slow kernel too. */
		race->pause = microseconds() - begin + 1;
		ck_assert_uint_eq(grown[0] + grown[1], 1);
		if (before != after || before % 2)
			continue;
		ck_assert_msg(grown[before % 4 == 0],
			      "round %lu, a directory is open: %d, refused for it: %llu",
			      race->rounds, before % 4 == 0, grown[1]);
		told[before % 4 == 0]++;
	}
	ck_assert_msg(told[0] && told[1], "told of a directory %lu times, of none %lu times",
		      told[1], told[0]);
}

START_TEST(table_is_long)
{
	struct race *race = race_begin("the table is long", 50);

	allow_many();
	check_in_child(call_with_a_long_table, race);
	race_end_with(race, true, false);
}
END_TEST

void add_table_races(Suite *suite)
{
	TCase *tc = add_case(suite, "tables");

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, table_grows);
	tcase_add_test(tc, table_is_long);
}
