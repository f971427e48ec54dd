/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of the report suite: counters, trace, log and audit.
 */
#ifndef UCHROOT_TEST_REPORT_H
#define UCHROOT_TEST_REPORT_H

#include <check.h>

#include "scene.h"

/* "allowed" for the reason "none", else "refused_REASON". */
const char *counter_of(const char *reason);
/* Was it granted when it should be? */
void expect_outcome(const struct situation *situation, int error);

void add_trace_cases(Suite *suite);	/* trace.c */
void add_log_cases(Suite *suite);	/* log.c */

#endif
