/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running the tool, also where its file cannot be seen.
 */
#ifndef UCHROOT_TEST_TOOL_H
#define UCHROOT_TEST_TOOL_H

#include <stdbool.h>

/* What a program that ran to its end has left. */
struct ran {
	int status;		/* of exit(2), or -1 after a signal */
	int error;		/* of execveat(2), which then gave no program */
	char output[16384];	/* of both */
};

/* Before a test puts itself where the tool's file is not. */
void uchroot_open(void);
/*
 * Runs uchroot with these arguments, NULL at the end, as a child made with
 * these clone(2) flags (CLONE_FS ...), and waits.
 */
void run_uchroot(struct ran *ran, unsigned long clone_flags,
		 const char *const *arguments);
/* A directory with a program in it that tells its state (tell_state_main()). */
#define PROGRAM	"/tell-state"
const char *new_root(void);
/* Asserts the status, and that the text is part of the output. */
void expect_run(const char *const *arguments, int status, const char *text);
#define RUN(status, text, ...)						\
	expect_run((const char *const[]){ __VA_ARGS__, NULL }, status, text)
/* What the child does before it becomes uchroot, or NULL. */
extern void (*uchroot_before)(void);
/* chroot(path) by such a child: 0 or -errno. */
int run_plain_chroot(const char *path, unsigned long clone_flags);

/*
 * AGREEMENT_STEP=N in the environment, for kernels that are slow: each situation
 * tries one of N settings, the next situation the next one. At most all COUNT.
 */
int agreement_step(int count);

/* -- what --explain --json says ------------------------------------------------ */

/* The value of the first such key: "granted" or true, without quotes. */
const char *json_value(const char *json, const char *key);
/* Is this condition asked, and in this state? */
bool json_condition(const char *json, const char *name, const char *state);

#endif
