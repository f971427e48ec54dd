/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_IDENTITY_H
#define UCHROOT_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

/* What -u, -g and -G ask for. */
struct identity {
	bool set_uid, set_gid, set_groups;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int group_count;
};

/*
 * Looks the names up, while the files with the names can still be seen. Ends
 * the program when there is no such name, or no right to become that.
 */
void identity_find(struct identity *identity, const char *user,
		   const char *group, const char *groups);
void identity_take(const struct identity *identity);
/* The name of a group for people to read, or NULL; allocated. */
char *group_name(gid_t gid);

#endif
