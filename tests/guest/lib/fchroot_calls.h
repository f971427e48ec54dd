/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calling fchroot(2) by every entry, as verdicts.h calls chroot(2).
 */
#ifndef UCHROOT_TEST_FCHROOT_CALLS_H
#define UCHROOT_TEST_FCHROOT_CALLS_H

#include <stdbool.h>

/* The native entry: 0 or -errno. */
int sys_fchroot(int fd, unsigned int flags);

/* Every way into it that this architecture has. */
struct fentry {
	const char *name;
	int (*call)(int fd, unsigned int flags);
};
extern const struct fentry fentries[];
extern const int n_fentries;
/* The one that is being tried. */
extern const struct fentry *fentry;
bool fentry_works(const struct fentry *entry);

/*
 * For chroot_entry: a call with this descriptor and these flags; the path only
 * says what to compare the new root with.
 */
int by_descriptor(const char *path);
extern int the_fd;
extern unsigned int the_flags;
/* A descriptor of the path becomes the_fd; returns the path. */
const char *with_fd(const char *path);

/* For chroot_entry: a call with a descriptor that is opened just for it. */
int by_its_own_descriptor(const char *path);

/* check_in_child() by_descriptor() once per entry that works. */
void check_each_fentry(void (*function)(void *), void *argument);

#endif
