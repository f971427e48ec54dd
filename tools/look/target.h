/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_TARGET_H
#define UCHROOT_TARGET_H

#include "mounts.h"

/* The directory that is to become the root. */
struct target {
	int error;		/* of the lookup, or of the search permission */
	char failed[4096];	/* the part of the path that fails */
	char path[4096];	/* as seen from "/", or empty */
	enum answer beneath;	/* beneath the current root */
	enum answer cwd;	/* the working directory is beneath it */
	bool owned;		/* it is seen whose it is: */
	uid_t owner;		/* as this user namespace counts */
	mode_t mode;
	enum owners owners;
};

/*
 * Moves the working directory about, so it must not be shared; with shared
 * nothing but the lookup is tried.
 */
void target_look(struct target *target, const char *path, bool shared);

#endif
