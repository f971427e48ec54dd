/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MOUNTS_H
#define UCHROOT_MOUNTS_H

#include "process.h"

/* A directory as the kernel tells two of them apart. */
struct place {
	unsigned long long mount, device, inode;
};

bool place_find(const char *path, struct place *place);
bool place_same(const struct place *a, const struct place *b);
/* The kernel's current_chrooted(), and by what it was told; a static string. */
enum answer chrooted(const char **why);
/* Is a mount mounted on the directory with this place and path from "/"? */
enum answer mounted_on(unsigned long long mount, const struct place *place,
		       const char *path);

#endif
