/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_CHROOT_H
#define UCHROOT_TEST_SUITE_CHROOT_H

#include <check.h>

void add_lookup_cases(Suite *suite);	/* lookup.c */
void add_fuse_cases(Suite *suite);	/* fuse.c */
void add_race_cases(Suite *suite);	/* race.c */

#endif
