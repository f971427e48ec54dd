/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has another form in another kernel, for the rule and for the lookup before
 * it. The rest is written for the newest form of each interface.
 */
#ifndef UCHROOT_COMPAT_H
#define UCHROOT_COMPAT_H

#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/spinlock.h>

#include "uchroot_probes.h"	/* made by Kbuild from probes/ */

#ifndef UCHROOT_HAVE_PATH_PERMISSION
/* Up to 5.11, see probes/path_permission.c. */
static inline int path_permission(const struct path *path, int mask)
{
	return inode_permission(d_inode(path->dentry), mask);
}
#endif

#ifndef UCHROOT_HAVE_IS_IDMAPPED_MNT
#include <uapi/linux/mount.h>

/*
 * Up to 5.16, see probes/is_idmapped_mnt.c. The kernel's headers know the flag if
 * and only if there are id-mapped mounts, from 5.12 on.
 */
#ifdef MOUNT_ATTR_IDMAP
#define is_idmapped_mnt(mnt)	(mnt_user_ns(mnt) != &init_user_ns)
#else
#define is_idmapped_mnt(mnt)	false
#endif
#endif

/*
 * The number of users, which only the lock makes a number to rely on, and the
 * root. No reference to that is taken: others may replace it, and an RCU
 * reader may compare it and no more.
 */
static inline void uchroot_fs_read(struct fs_struct *fs, int *users,
				   struct path *root)
{
#ifdef UCHROOT_HAVE_FS_STRUCT_SEQLOCK
	static_assert(__same_type(fs->seq, seqlock_t));
	read_seqlock_excl(&fs->seq);
	*users = fs->users;
	*root = fs->root;
	read_sequnlock_excl(&fs->seq);
#else
	/* Up to 6.16, see probes/fs_struct_seqlock.c. */
	static_assert(__same_type(fs->lock, spinlock_t));
	spin_lock(&fs->lock);
	*users = fs->users;
	*root = fs->root;
	spin_unlock(&fs->lock);
#endif
}

#endif
