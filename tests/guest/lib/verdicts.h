/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdicts: one chroot(2) call, what it answered, what it changed, and
 * which counter says so.
 */
#ifndef UCHROOT_TEST_VERDICTS_H
#define UCHROOT_TEST_VERDICTS_H

/* The entry that the verdicts use: sys_chroot unless a test says otherwise. */
extern int (*chroot_entry)(const char *path);
/*
 * check_in_child() once per entry that works, chroot_entry set to it: the same
 * caller is judged the same whichever way it comes in.
 */
void check_each_entry(void (*function)(void *), void *argument);

/*
 * Calls chroot(path) and asserts that it worked, that "/" is now what path
 * was, that the working directory did not move, that "allowed" grew by one
 * and that no other counter changed.
 */
void expect_granted(const char *path);

/*
 * Calls chroot(path) and asserts EPERM, the root unchanged, "refused_REASON"
 * grown by one and no other counter changed. The _errno form is for the
 * LSM veto, whose errno is the LSM's own.
 */
void expect_refused(const char *path, const char *reason);
void expect_refused_errno(const char *path, const char *reason, int error);

/*
 * Calls chroot(path) and asserts that the result is this errno (0: worked)
 * and that no counter changed: the module had no say in it.
 */
void expect_stock(const char *path, int error);

/* expect_granted() or, with a reason, expect_refused(): for tables. */
void expect_verdict(const char *path, const char *reason);

/* What is being tried; every verdict's failure message ends with it. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
