/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories that only root can change, and all others that a user may have:
 * those that differ in what require_trusted_root asks for.
 */
#ifndef UCHROOT_TEST_TREES_H
#define UCHROOT_TEST_TREES_H

#include <stdbool.h>

struct tree {
	const char *name;
	/*
	 * Called by root: the path for a served user, or NULL where the kernel
	 * has no such thing. May change mounts and parameters, so it wants a
	 * process of its own.
	 */
	const char *(*make)(void);
	bool trusted;
};

extern const struct tree trees[];
extern const int tree_count;

#endif
