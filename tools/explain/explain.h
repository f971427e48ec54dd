/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_EXPLAIN_H
#define UCHROOT_EXPLAIN_H

#include "conditions.h"

/*
 * Judges a call of this process. Unless as_is, prepares first what uchroot
 * prepares. Changes this process in any case: nothing can be done with it but
 * to tell.
 */
void explain(struct explanation *explanation, const char *newroot, bool as_is,
	     bool no_new_privs);
/* The same for a call that has just failed with the new root as cwd, or not. */
void explain_refusal(struct explanation *explanation, const char *newroot,
		     const char *path);

#endif
