// SPDX-License-Identifier: GPL-2.0
/*
 * Thousands of calls during which something changes. chroot/race.c has
 * the path that is rewritten, programs/churn.c the module that comes and goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "race.h"
#include "scene.h"
#include "suites.h"

/* -- rounds ----------------------------------------------------------------- */

static int race_seconds(void)
{
	const char *seconds = getenv("RACE_SECONDS");

	return seconds ? atoi(seconds) : 3;
}

struct race *race_begin(const char *name, unsigned long least)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(race != MAP_FAILED);
	/* Counters at zero. */
	module_fresh();
	guest_setup();
	race->name = name;
	race->least = least;
	race->end = time(NULL) + race_seconds();
	srandom(getpid());
	must(!prctl(PR_SET_TIMERSLACK, 1));
	return race;
}

bool race_on(struct race *race)
{
	ck_assert_msg(!race->wrong, "%s: wrong in round %lu, result %d",
		      race->name, race->rounds, race->result);
	race->word = 0;
	if (race->rounds >= race->least && time(NULL) >= race->end)
		return false;
	race->rounds++;
	return true;
}

void race_end_with(struct race *race, bool refused, bool granted)
{
	int error;

	printf("# race: %s: %lu rounds, %lu calls refused, %lu granted\n",
	       race->name, race->rounds, race->calls[0], race->calls[1]);
	fflush(stdout);
	ck_assert_msg(!race->calls[0] == !refused && !race->calls[1] == !granted,
		      "%s: %lu calls refused, %lu granted: that was no race",
		      race->name, race->calls[0], race->calls[1]);
	if (module_built_in())
		return;
	error = module_unload(MODULE_NAME);
	ck_assert_msg(!error, "%s: the module cannot be unloaded: %s",
		      race->name, strerror(-error));
	must(!module_load(MODULE_FILE, ""));
}

void race_end(struct race *race)
{
	race_end_with(race, true, true);
}

int race_call(struct race *race, const char *path)
{
	const int result = sys_chroot(path);

	race->result = result;
	race->calls[!result]++;
	/* Let the other get on: spinning only costs its time. */
	if (result && race->calls[0] % 4 == 0)
		dawdle();
	return result;
}

bool is_root(const struct stat *st)
{
	struct stat now;

	return !stat("/", &now) && now.st_ino == st->st_ino &&
	       now.st_dev == st->st_dev;
}

/* -- who changes things ----------------------------------------------------- */

void dawdle(void)
{
	const struct timespec pause = { .tv_nsec = random() % 60000 };

	nanosleep(&pause, NULL);
}

void race_pin(int cpu)
{
	cpu_set_t set;

	/* Fails where there is but one. */
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

pid_t race_start(struct race *race, void (*change)(struct race *race))
{
	const pid_t pid = fork();

	must(pid >= 0);
	if (pid) {
		race_pin(0);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	race_pin(1);
	change(race);
	_exit(1);
}

/* -- parameters ------------------------------------------------------------- */

static const char *const (*steps)[2];

static void write_forever(struct race *race)
{
	int i;

	for (;; race->phase++)
		for (i = 0; steps[i][0]; i++) {
			dawdle();
			if (param_write(steps[i][0], steps[i][1]))
				_exit(1);
		}
}

static void call_refused(void *argument)
{
	struct race *race = argument;
	const char *path = make_dir("race");

	must(open("/", O_PATH) >= 0);
	become_served_user();
	while (race_on(race))
		race_must(race, race_call(race, path) == -EPERM);
}

/* At no time is the caller free of both conditions. */
START_TEST(two_parameters_of_which_one_refuses)
{
	static const char *const safe[][2] = {
		{ "allow_open_directories", "0" }, { "require_cwd_beneath", "0" },
		{ "require_cwd_beneath", "2" }, { "allow_open_directories", "2" },
		{ NULL, NULL }
	};
	struct race *race = race_begin("two parameters, one refuses", 2000);

	param_set("allow_open_directories", "0");
	param_set("require_cwd_beneath", "2");
	steps = safe;
	race_start(race, write_forever);
	check_in_child(call_refused, race);
	ck_assert_msg(counter("refused_open_directory") &&
		      counter("refused_cwd_outside") &&
		      counter("refused_open_directory") +
		      counter("refused_cwd_outside") == race->rounds,
		      "refused for %llu open directories, %llu working directories in %lu rounds",
		      counter("refused_open_directory"),
		      counter("refused_cwd_outside"), race->rounds);
	race_end_with(race, true, false);
}
END_TEST

static void call_granted(void *argument)
{
	struct race *race = argument;

	must(open("/", O_PATH) >= 0);
	become_served_user();
	while (race_on(race))
		race_must(race, race_call(race, "/") == 0);
}

/* None of the values refuses; one that is refused itself is never in force. */
START_TEST(values_that_all_grant)
{
	static const char *const safe[][2] = {
		{ "allowed_group", "1000" }, { "allowed_group", "-1" },
		{ "allow_open_directories", "2147483647" },
		{ "allow_open_directories", "1" },
		{ "allow_open_directories", "-1" },
		{ "require_cwd_beneath", "0" }, { "require_cwd_beneath", "1" },
		{ NULL, NULL }
	};
	struct race *race = race_begin("values that all grant", 2000);

	steps = safe;
	race_start(race, write_forever);
	check_in_child(call_granted, race);
	ck_assert_uint_eq(counter("allowed"), race->rounds);
	race_end_with(race, false, true);
}
END_TEST

Suite *race_suite(void)
{
	Suite *suite = suite_create("race");
	TCase *tc;

	add_task_races(suite);
	add_table_races(suite);
	add_target_races(suite);

	tc = add_case(suite, "parameters");
	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, two_parameters_of_which_one_refuses);
	tcase_add_test(tc, values_that_all_grant);
	return suite;
}
