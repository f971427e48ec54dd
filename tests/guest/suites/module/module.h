/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_MODULE_H
#define UCHROOT_TEST_SUITE_MODULE_H

#include <check.h>

void add_disturbed_cases(Suite *suite);	/* disturbed.c */
void add_stall_cases(Suite *suite);	/* stall.c */

#endif
