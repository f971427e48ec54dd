/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A chroot(2) call that sleeps in the kernel until it is let go: in the lookup
 * of a name in a FUSE file system, or in the page that holds the path.
 */
#ifndef UCHROOT_TEST_STALLS_H
#define UCHROOT_TEST_STALLS_H

#include <stdbool.h>
#include <sys/types.h>

enum stall_kind {
	STALL_FUSE_USER,	/* a user's own mount, in a user namespace */
	STALL_FUSE_ROOT,	/* root's mount, the initial user namespace */
	STALL_USERFAULTFD,
	STALL_KINDS
};

enum stall_end {
	STALL_NOT_FOUND = 'n',	/* there is no such name */
	STALL_DIRECTORY = 'd',	/* it is a directory */
	STALL_HELPER_DIES = 'k',
};

struct stall {
	pid_t caller;
	int parked;		/* pipe: a byte when the call sleeps */
	int end;		/* pipe: how it is to go on */
};

/* Returns when the call sleeps. served: with no_new_privs, or stock. */
void stall_begin(struct stall *stall, enum stall_kind kind, bool served);
/* The same with FUSE, and the path goes on from the name that is looked up. */
void stall_begin_further(struct stall *stall, enum stall_kind kind, bool served,
			 const char *further);
/* Lets it go on: the call's 0 or -errno. */
int stall_finish(struct stall *stall, enum stall_end end);
/* The caller is killed while it sleeps; returns when it is gone. */
void stall_kill(struct stall *stall);

#endif
