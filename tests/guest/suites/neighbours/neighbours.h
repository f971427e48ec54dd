/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_NEIGHBOURS_H
#define UCHROOT_TEST_SUITE_NEIGHBOURS_H

#include <check.h>

void add_tracing_cases(Suite *suite);		/* trace.c */
void add_bpf_cases(Suite *suite);		/* bpf.c */
void add_sleeping_bpf_cases(Suite *suite);	/* sleep.c */

#endif
