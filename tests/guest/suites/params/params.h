/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of the params suite.
 */
#ifndef UCHROOT_TEST_PARAMS_H
#define UCHROOT_TEST_PARAMS_H

#include <check.h>

/* Every parameter as sysfs shows it, in the order of parameters[]. */
struct values {
	char value[16][32];
};

void params_read_all(struct values *values);
/* what: what was tried meanwhile. */
void expect_params_unchanged(const struct values *before, const char *what);

/* A value that does not parse or is out of range, and the errno for it. */
struct bad_value {
	const char *name, *value;
	int error;
};

extern const struct bad_value bad_values[];
extern const int bad_value_count;

void add_value_cases(Suite *suite);	/* values.c */
void add_load_cases(Suite *suite);	/* load.c */

#endif
