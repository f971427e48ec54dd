/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Setting the scene for tests that watch from outside: a module that is as
 * good as new, and a call by somebody else, in a process of its own.
 */
#ifndef UCHROOT_TEST_SCENE_H
#define UCHROOT_TEST_SCENE_H

#include <stddef.h>
#include <sys/types.h>

/* Names of every parameter, NULL at the end; "locked" is the last. */
extern const char *const parameters[];

/* The kernel's functions of chroot(2), the native one first. */
extern const char *const entry_symbols[];
extern const int n_entry_symbols;

/* -- the module as the tests want it --------------------------------------- */

/* Not loaded; built in, it serves nobody, which comes to the same. */
void module_absent(void);
/* Loaded, its parameters the defaults, its files open for those who may not. */
void module_present(void);
/*
 * A fresh module: counters 0, rate limits unused, nothing locked. What is built in
 * takes no parameters then, and as long as the rate limits go back.
 */
void module_reload(const char *with_parameters);
/* module_reload("") as a fixture. */
void module_fresh(void);
/* Asserts that nothing of the module is left and that chroot is the kernel's. */
void expect_module_gone(void);

/* -- calls ------------------------------------------------------------------ */

/*
 * One call by a served caller: what has to be done for it as root, then as the
 * user, and the verdict of a module whose parameters are the defaults but for
 * this one.
 */
struct situation {
	const char *reason;		/* "none": granted */
	const char *parameter, *value;	/* NULL: all defaults */
	void (*as_root)(void);
	void (*as_user)(void);		/* last thing before the call */
	const char *path;
};

/* One for each reason that a served caller can meet, a grant first. */
extern const struct situation situations[];
extern const size_t situation_count;

/* Sets the parameter, then calls: 0 or -errno, and the caller's pid. */
int play(const struct situation *situation, pid_t *pid);
/* chroot(path) by a served user: 0 or -errno. */
int served_call(const char *path);
/* The call of a user without no_new_privs, which is the kernel's own. */
int stock_call(const char *path);

#endif
