/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_CALLER_H
#define UCHROOT_CALLER_H

#include "process.h"

/* What security modules may have against it. */
enum mac {
	MAC_NOTHING,
	MAC_PERHAPS,	/* nothing that is seen, but not all can be */
	MAC_UNSEEN,	/* not even the label */
	MAC_CONFINED,	/* by the policy of label, which nobody can read */
};

/* This process, as the policy asks for it. */
struct caller {
	uid_t uid;
	gid_t gid;
	enum answer privileged;
	enum answer no_new_privs;
	enum answer initial_user_namespace;
	enum answer shares_fs;
	pid_t fs_peer;			/* one that shares, or 0 */
	bool fs_looked;			/* for one, wherever this process may */
	enum answer chrooted;
	const char *chrooted_why;
	char cwd[4096];			/* or a word in parentheses */
	char label[256];		/* AppArmor's or SELinux's, or empty */
	enum mac mac;
};

/* for_others: see who shares the root; who is about to stop that need not know. */
void caller_look(struct caller *caller, bool for_others);
/* Is this process in the group, a gid of the initial user namespace? */
enum answer caller_in_group(const struct caller *caller, gid_t gid);

#endif
