/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races, shared by the files of the race suite.
 */
#ifndef UCHROOT_TEST_RACE_H
#define UCHROOT_TEST_RACE_H

#include <check.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* What the callers, in processes of their own, tell. In shared memory. */
struct race {
	const char *name;
	time_t end;
	unsigned long least, rounds;
	volatile unsigned long calls[2];	/* refused, granted */
	volatile int word;			/* between the two of a round */
	volatile unsigned int phase;		/* of what changes */
	volatile unsigned long pause;		/* between changes: microseconds */
	volatile int result;
	volatile bool wrong;
};

/*
 * Another round? Until RACE_SECONDS (from the environment, 3 otherwise) are
 * over and there were at least so many.
 */
struct race *race_begin(const char *name, unsigned long least);
bool race_on(struct race *race);
/*
 * Says how many rounds and calls there were, asserts that both verdicts have
 * been seen and, by unloading it, that no call holds on to the module.
 */
void race_end(struct race *race);
/* The same where there is nothing to be granted, or nothing to be refused. */
void race_end_with(struct race *race, bool refused, bool granted);

/* chroot(path), counted: 0 or -errno. */
int race_call(struct race *race, const char *path);
/* Root, seen from inside, is this. */
struct stat;
bool is_root(const struct stat *st);

/*
 * Sleeps for a random while, no longer than a few calls. On another processor
 * than the caller's: where processors take turns, waking up there is what ends
 * the caller's turn, anywhere in its call.
 */
void dawdle(void);
void race_pin(int cpu);
/* A process, beside the callers, that runs this until the test ends. */
pid_t race_start(struct race *race, void (*change)(struct race *race));

/* The test fails, in its own process, when a caller has seen this wrong. */
#define race_must(race, expression) \
	((race)->wrong |= !(expression))

void add_task_races(Suite *suite);	/* tasks.c */
void add_table_races(Suite *suite);	/* tables.c */
void add_target_races(Suite *suite);	/* targets.c */

#endif
