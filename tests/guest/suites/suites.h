/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites: a folder or a file each, named after the room they test.
 */
#ifndef UCHROOT_TEST_SUITES_H
#define UCHROOT_TEST_SUITES_H

#include <check.h>

Suite *hook_suite(void);	/* hook/: who is served, which entries */
Suite *chroot_suite(void);	/* chroot/: lookup, errno, order, effect */
Suite *fchroot_suite(void);	/* fchroot/: fchroot(2), where the kernel has it */
Suite *facts_suite(void);	/* facts/: each condition granted and refused */
Suite *open_dirs_suite(void);	/* open_dirs/: the descriptor table */
Suite *params_suite(void);	/* params/: values, validation, locking */
Suite *report_suite(void);	/* report/: counters, trace, log, audit */
Suite *mac_suite(void);		/* mac.c: AppArmor, TOMOYO */
Suite *module_suite(void);	/* module/: load, unload, conflicts, stalls */
Suite *neighbours_suite(void);	/* neighbours/: others at the same call */
Suite *escape_suite(void);	/* tests/escape: ways out of a jail */
Suite *race_suite(void);	/* race/: what changes during a call */
Suite *selinux_suite(void);	/* selinux.c: SELinux, in a boot of its own */
Suite *faults_suite(void);	/* faults/: memory runs out, debug kernels only */
Suite *uchroot_suite(void);	/* uchroot/: the tool */
Suite *dead_ftrace_suite(void);	/* dead_ftrace.c: last of all */

/* -- what the test program does under another name (main.c) ---------------- */

int tomoyo_denied_main(int argc, char **argv);	/* mac.c */
int print_ids_main(int argc, char **argv);	/* hook/exec.c */
int tell_state_main(int argc, char **argv);	/* uchroot/uchroot.c */

#endif
