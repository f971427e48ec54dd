/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_HOOK_H
#define UCHROOT_TEST_SUITE_HOOK_H

#include <check.h>
#include <stdbool.h>

void add_entry_cases(Suite *suite);			/* entries.c */
void add_exec_cases(Suite *suite);			/* exec.c */
void add_tracer_cases(Suite *suite, bool with_fchroot);	/* tracer.c */

#endif
