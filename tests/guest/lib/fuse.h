/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A FUSE file system that answers what a test wants.
 */
#ifndef UCHROOT_TEST_FUSE_H
#define UCHROOT_TEST_FUSE_H

#include <linux/fuse.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Mounts one, owned by uid 0: the descriptor to serve it by. Open for that user
 * alone, or for all in the same user namespace.
 */
int fuse_mount(const char *name, const char *dir, bool for_all);

/* Answers a request with an errno (0: worked) and what belongs to the answer. */
void fuse_reply(int fuse, const struct fuse_in_header *request, int error,
		const void *data, size_t size);

/*
 * Answers requests until the file system is unmounted, and exits. The start and
 * what wants no answer are dealt with; all else is the function's.
 */
void fuse_serve(int fuse,
		void (*answer)(int fuse, const struct fuse_in_header *request,
			       void *data),
		void *data) __attribute__((noreturn));

#endif
