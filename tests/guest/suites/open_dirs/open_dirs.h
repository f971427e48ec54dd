/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of open directories share.
 */
#ifndef UCHROOT_TEST_OPEN_DIRS_H
#define UCHROOT_TEST_OPEN_DIRS_H

#include <check.h>
#include <stdbool.h>

/* A descriptor of a directory, opened with these flags as well. */
int open_dir(int flags);
/* A directory at this descriptor and nowhere else. */
void dir_at(int fd);
/*
 * Into a jail, with nested calls allowed, or not: the path of which the open
 * directories alone decide.
 */
const char *enter_place(bool chrooted);

void add_kind_cases(Suite *suite);	/* kinds.c */

#endif
