/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_FCHROOT_H
#define UCHROOT_TEST_SUITE_FCHROOT_H

#include <check.h>

void add_fchroot_errno_cases(Suite *suite);	/* errno.c */
void add_fchroot_policy_cases(Suite *suite);	/* policy.c */

#endif
