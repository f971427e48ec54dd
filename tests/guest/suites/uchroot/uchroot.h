/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parts of the suite that have a file of their own.
 */
#ifndef UCHROOT_TEST_SUITE_UCHROOT_H
#define UCHROOT_TEST_SUITE_UCHROOT_H

#include <check.h>

void add_word_cases(Suite *suite);	/* words.c */
void add_agreement_cases(Suite *suite);	/* agree.c */
void add_blind_cases(Suite *suite);	/* blind.c */
void add_example_cases(Suite *suite);	/* examples.c */

#endif
