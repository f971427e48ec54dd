/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults: the nth allocation from here on fails, and what came of it.
 */
#ifndef UCHROOT_TEST_FAULTS_H
#define UCHROOT_TEST_FAULTS_H

#include <check.h>

#define NEVER 100000000U

/* A case whose tests inject faults. */
TCase *add_faults(Suite *suite, const char *name);

/*
 * From arm() on the nth allocation of this thread fails. A fork would inherit
 * neither the number nor, being another thread, the file: so it is opened anew,
 * by root for the callers that are not.
 */
void open_fault(void);
void arm(unsigned int nth);
/* Ends it. How many allocations were left before the failing one; 0: it failed. */
unsigned int disarm(void);

/* What came of a scenario: how many faults, and what they did. */
extern struct tally {
	unsigned int injected, refused, survived;
} tally;
void count(int error);
/* A comment in the results: for the reader, and for scripts/check-debug. */
void say(const char *what);

void add_call_cases(Suite *suite);	/* calls.c */

#endif
