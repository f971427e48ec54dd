/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MOUNTS_H
#define UCHROOT_MOUNTS_H

#include "process.h"

/* What a mount says of the owners of its files. */
enum owners {
	OWNERS_UNSEEN,	/* it is not in the list of mounts */
	OWNERS_NOSUID,	/* they may be what a user says */
	OWNERS_MAPPED,	/* they are others than those on the file system */
	OWNERS_UNSURE,	/* only if no user namespace made the file system */
	OWNERS_ROOTS,	/* they are what root says */
};

/* A directory as the kernel tells two of them apart. */
struct place {
	unsigned long long mount, device, inode;
};

bool place_find(const char *path, struct place *place);
bool place_same(const struct place *a, const struct place *b);
/* The kernel's current_chrooted(), and by what it was told; a static string. */
enum answer chrooted(const char **why);
enum owners mount_owners(unsigned long long mount);
/* Is a mount mounted on the directory with this place and path from "/"? */
enum answer mounted_on(unsigned long long mount, const struct place *place,
		       const char *path);

#endif
