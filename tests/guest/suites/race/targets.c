// SPDX-License-Identifier: GPL-2.0
/*
 * Races with somebody who renames the directory that is asked for, or takes
 * away the mount that it is on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "race.h"

/* -- renamed ---------------------------------------------------------------- */

static const char *in, *out;

/* In, while the phase is a multiple of four; on its way, while that is odd. */
static void rename_forever(struct race *race)
{
	for (;; race->phase++) {
		dawdle();
		race->phase++;
		if (rename(race->phase % 4 == 1 ? in : out,
			   race->phase % 4 == 1 ? out : in))
			_exit(1);
	}
}

/* In a jail, from which the target comes and goes. */
static void call_renamed(struct race *race, const char *jail,
			 const struct stat *target)
{
	struct stat root;
	unsigned int phase;
	int result, error;

	enter_jail(jail);
	must(!stat("/", &root));
	become_served_user();
	do {
		phase = race->phase;
		result = race_call(race, "/x");
		error = phase == race->phase && phase % 4 == 0 ? 0 :
			phase == race->phase && phase % 4 == 2 ? -ENOENT : result;
		race_must(race, result == error);
		race_must(race, result == 0 || result == -ENOENT || result == -EPERM);
		race_must(race, is_root(result ? &root : target));
	} while (result && !race->wrong);
}

START_TEST(target_is_renamed)
{
	struct race *race = race_begin("the target is renamed", 1000);
	const char *jail = make_dir("race");
	struct stat target;
	pid_t pid;
	int status;

	param_set("allow_nested", "Y");
	param_set("require_cwd_beneath", "0");
	in = make_dir_in(jail, "x");
	out = path_in(make_dir("race"), "x");
	must(!stat(in, &target));
	race_start(race, rename_forever);
	while (race_on(race)) {
		pid = fork();
		must(pid >= 0);
		if (!pid) {
			call_renamed(race, jail, &target);
			_exit(0);
		}
		must(waitpid(pid, &status, 0) == pid && !status);
	}
	ck_assert_uint_eq(counter("allowed"), race->calls[1]);
	race_end(race);
}
END_TEST

/* -- unmounted -------------------------------------------------------------- */

static const char *point;

#define WEIGHT	(64 << 10)	/* bytes in each mount */

static void mount_forever(struct race *race)
{
	static char content[WEIGHT];
	const char *file = path_in(point, "file");
	int fd;

	for (;;) {
		dawdle();
		if (mount("race", point, "tmpfs", 0, "mode=0755"))
			_exit(1);
		fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, content, WEIGHT) != WEIGHT)
			_exit(1);
		close(fd);
		dawdle();
		if (umount2(point, MNT_DETACH))
			_exit(1);
		race->phase++;
	}
}

static void call_unmounted(struct race *race)
{
	struct stat outer, inner;
	int i, result;

	must(!stat("/", &outer));
	become_served_user();
	/* Refused in the end, as the working directory is outside. */
	for (i = 0; i < 10; i++)
		race_must(race, race_call(race, point) == -EPERM && is_root(&outer));
	/* Granted, if it is the same when looked up as it was when entered. */
	if (chdir(point) || stat(".", &inner))
		_exit(0);
	result = race_call(race, ".");
	race_must(race, (!result || result == -EPERM) &&
		  is_root(result ? &outer : &inner));
}

/*
 * KiB in all tmpfs but the one that the test framework writes each assertion to.
 * Each processor keeps up to half a megabyte to itself, unless it is asked.
 */
static long shmem(void)
{
	struct statfs tmp;
	const char *line;
	long kib;

	must(!file_write("/proc/sys/vm/stat_refresh", "1") && !statfs("/tmp", &tmp));
	line = strstr(file_read("/proc/meminfo"), "Shmem:");
	must(line && sscanf(line, "Shmem: %ld", &kib) == 1);
	return kib - (long)(tmp.f_blocks - tmp.f_bfree) * (tmp.f_bsize / 1024);
}

START_TEST(target_is_unmounted)
{
	struct race *race = race_begin("the target's mount goes", 500);
	const long before = shmem();
	unsigned long mounts;
	long left;
	int status, tries;
	pid_t pid, storm;

	param_set("require_cwd_beneath", "2");
	point = make_dir("race");
	storm = race_start(race, mount_forever);
	while (race_on(race)) {
		pid = fork();
		must(pid >= 0);
		if (!pid) {
			call_unmounted(race);
			_exit(0);
		}
		must(waitpid(pid, &status, 0) == pid && !status);
	}
	must(!kill(storm, SIGKILL) && waitpid(storm, NULL, 0) == storm);
	umount2(point, MNT_DETACH);
	mounts = race->phase;
	ck_assert_uint_eq(counter("allowed"), race->calls[1]);
	ck_assert_uint_eq(counter("refused_cwd_outside") +
			  counter("refused_not_beneath"), race->calls[0]);
	must(counter("refused_cwd_outside"));
	/* Nothing holds them: their memory comes back, after a while. */
	for (tries = 0; shmem() - before >= WEIGHT >> 10 && tries < 200; tries++)
		usleep(20000);
	left = shmem() - before;
	ck_assert_msg(left < WEIGHT >> 10, "%ld KiB in mounts that are gone, of %lu mounts",
		      left, mounts);
	printf("# race: %lu mounts, %ld KiB of them left\n", mounts, left);
	fflush(stdout);
	race_end(race);
}
END_TEST

void add_target_races(Suite *suite)
{
	TCase *tc = add_case(suite, "targets");

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, target_is_renamed);
	tcase_add_test(tc, target_is_unmounted);
}
