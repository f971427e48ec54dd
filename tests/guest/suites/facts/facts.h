/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Each condition of the policy: callers that it refuses, and the check of them.
 */
#ifndef UCHROOT_TEST_SUITE_FACTS_H
#define UCHROOT_TEST_SUITE_FACTS_H

#include <check.h>

/* How a caller comes about that one condition of the policy refuses. */
struct condition {
	const char *name;
	/* Makes this process that caller and returns the path to ask for. */
	const char *(*become)(void);
	const char *reason;
	/* The tunable of the reason, and the value that makes it grant. */
	const char *tunable, *value;
};
/* Those of the task and of the place (task.c, place.c). */
extern const struct condition task_conditions[], place_conditions[];
extern const int n_task_conditions, n_place_conditions;
/* Asserts: refused for the reason, then granted with the tunable at the value. */
void refused_then_granted(void *condition);
/* refused_then_granted() in a child process for each entry of chroot(2). */
void check_condition(const struct condition *condition);

/* Parts of the suite that have a file of their own. */
void add_task_cases(Suite *suite);	/* task.c */
void add_place_cases(Suite *suite);	/* place.c */
void add_trusted_cases(Suite *suite);	/* trusted.c */
void add_order_cases(Suite *suite);	/* order.c */
void add_lock_cases(Suite *suite);	/* lock.c */

#endif
