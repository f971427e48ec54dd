// SPDX-License-Identifier: GPL-2.0
/*
 * What the decision needs to know of the calling task and of the new root.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include <asm/barrier.h>

#include "compat.h"
#include "facts.h"
#include "ksyms.h"
#include "open_dirs.h"
#include "params.h"

static bool in_allowed_group(void)
{
	const unsigned int group = READ_ONCE(uchroot_params.allowed_group);
	kgid_t kgid;

	if (group == UCHROOT_EVERYONE)
		return true;
	kgid = make_kgid(&init_user_ns, group);
	return gid_valid(kgid) && in_egroup_p(kgid);
}

static unsigned int unless(bool holds, enum uchroot_reason reason)
{
	return holds ? 0 : UCHROOT_BIT(reason);
}

/*
 * As path_is_under(), but without its lock, which is the whole system's, where
 * both are in the same mount. Both walk under rename_lock when a rename gets in
 * their way, as getcwd(2) does.
 */
static bool is_beneath(const struct path *path, const struct path *root)
{
	if (path->mnt == root->mnt)
		return is_subdir(path->dentry, root->dentry);
	/* Walks the mounts: other mount trees and bind aliases are not beneath. */
	return path_is_under(path, root);
}

/*
 * Can nobody but the administrator change this directory, and so what names are
 * in it? Each word is read once: an answer is of one moment, as stat(2)'s is,
 * and without the inode's lock, which a file system may hold for as long as it
 * likes. The owner comes first: while root owns a directory, only root can
 * change its mode, so that nobody else can fit the two reads to each other.
 */
static bool is_trusted(const struct path *path)
{
	const struct inode *inode = d_inode(path->dentry);
	const struct vfsmount *mnt = path->mnt;

	/*
	 * A user's FUSE file system shows whatever owner he likes. It is
	 * nosuid, or mounted in a user namespace. A file system made in one has
	 * the owners that its maker says, and an id-mapped mount other ones.
	 */
	if (mnt->mnt_sb->s_user_ns != &init_user_ns ||
	    READ_ONCE(mnt->mnt_flags) & MNT_NOSUID || is_idmapped_mnt(mnt))
		return false;
	if (!uid_eq(READ_ONCE(inode->i_uid), GLOBAL_ROOT_UID))
		return false;
	/* Pairs with the inode's lock, under which both are written. */
	smp_rmb();
	/* With a POSIX ACL, what is the group's here is the ACL's mask. */
	return !(READ_ONCE(inode->i_mode) & 0022);
}

static bool cwd_beneath(const struct path *path)
{
	struct path cwd;
	bool beneath;

	get_fs_pwd(current->fs, &cwd);
	beneath = is_beneath(&cwd, path);
	path_put(&cwd);
	return beneath;
}

/*
 * What depends on the fs_struct. Under RCU, which keeps the current root in
 * memory without a reference: its directory is compared, not followed, and its
 * struct vfsmount, which is freed after a grace period, is only read.
 */
static void gather_fs(struct uchroot_facts *facts, const struct path *path)
{
	struct path root;
	int users;

	rcu_read_lock();
	uchroot_fs_read(current->fs, &users, &root);
	/*
	 * Only this task could raise the number again, by clone(2): what is
	 * unshared now is unshared when the root is set.
	 */
	facts->failed |= unless(users == 1, UCHROOT_SHARED_FS);
	/*
	 * The kernel's own answer compares with the root of a mount, which no
	 * directory inside one can be.
	 */
	facts->failed |= unless(root.dentry == root.mnt->mnt_root,
				UCHROOT_NESTED);
	if (uchroot_policy_wants(facts, UCHROOT_NOT_BENEATH))
		facts->failed |= unless(is_beneath(path, &root),
					UCHROOT_NOT_BENEATH);
	rcu_read_unlock();
}

static void gather_descriptors(struct uchroot_facts *facts, int except)
{
	struct files_struct *files = current->files;

	/*
	 * Only this task could make another user of the table, so a table
	 * that is unshared before the search still is after it.
	 */
	facts->failed |= unless(atomic_read(&files->count) == 1,
				UCHROOT_SHARED_FILES);
	facts->failed |= unless(!uchroot_has_open_directory(files, except),
				UCHROOT_OPEN_DIRECTORY);
}

/**
 * uchroot_facts_gather() - the facts for a decision
 * @facts: filled in
 * @path: the directory that is to become the root
 * @except: the descriptor that @path came with, which does not count as an
 *	open directory, or -1
 *
 * Context: Process context, current is the caller. May sleep.
 */
void uchroot_facts_gather(struct uchroot_facts *facts, const struct path *path,
			  int except)
{
	const bool privileged = uchroot_current_privileged();
	const u32 conditions = READ_ONCE(uchroot_params_conditions[privileged]);
	bool chrooted;

	facts->privileged = privileged;
	/* Of these, only later ones than not_beneath change if it is chrooted. */
	facts->conditions = (u16)conditions;
	facts->failed =
		unless(task_no_new_privs(current), UCHROOT_NO_NEW_PRIVS) |
		unless(current_user_ns() == &init_user_ns,
		       UCHROOT_USER_NAMESPACE) |
		unless(in_allowed_group(), UCHROOT_GROUP) |
		unless(!seccomp_mode(&current->seccomp), UCHROOT_SECCOMP);
	gather_fs(facts, path);
	/* The kernel's own answer takes long. */
	if (uchroot_policy_refused_before(facts, UCHROOT_NESTED))
		return;

	chrooted = facts->failed & UCHROOT_BIT(UCHROOT_NESTED) ||
		   uchroot_call(current_chrooted)();
	facts->failed |= unless(!chrooted, UCHROOT_NESTED);
	if (chrooted)
		facts->conditions = conditions >> UCHROOT_CHROOTED_SHIFT;
	if (uchroot_policy_wants(facts, UCHROOT_UNTRUSTED_ROOT))
		facts->failed |= unless(is_trusted(path),
					UCHROOT_UNTRUSTED_ROOT);
	if (uchroot_policy_wants(facts, UCHROOT_OPEN_DIRECTORY))
		gather_descriptors(facts, except);
	if (uchroot_policy_wants(facts, UCHROOT_CWD_OUTSIDE))
		facts->failed |= unless(cwd_beneath(path), UCHROOT_CWD_OUTSIDE);
}
