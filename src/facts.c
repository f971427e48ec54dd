// SPDX-License-Identifier: GPL-2.0
/*
 * What the decision needs to know of the calling task and of the new root.
 */
#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "facts.h"
#include "ksyms.h"
#include "open_dirs.h"

static bool in_group(unsigned int group)
{
	const kgid_t kgid = make_kgid(&init_user_ns, group);

	return gid_valid(kgid) && in_egroup_p(kgid);
}

static bool beneath_current_root(const struct path *path)
{
	struct path root;
	bool beneath;

	get_fs_root(current->fs, &root);
	/* Walks the mounts: other mount trees and bind aliases are not beneath. */
	beneath = path_is_under(path, &root);
	path_put(&root);
	return beneath;
}

static bool cwd_beneath(const struct path *path)
{
	struct path cwd;
	bool beneath;

	get_fs_pwd(current->fs, &cwd);
	beneath = path_is_under(&cwd, path);
	path_put(&cwd);
	return beneath;
}

static unsigned int unless(bool holds, enum uchroot_reason reason)
{
	return holds ? 0 : UCHROOT_BIT(reason);
}

/* All but the conditions about descriptors, which may take long. */
static unsigned int failed_at_once(unsigned int conditions, bool chrooted,
				   const struct path *path,
				   const struct uchroot_tunables *tunables)
{
	unsigned int failed = unless(!chrooted, UCHROOT_NESTED);

#define CHECK(reason, holds) \
	do { \
		if (conditions & UCHROOT_BIT(reason)) \
			failed |= unless(holds, reason); \
	} while (0)

	CHECK(UCHROOT_NO_NEW_PRIVS, task_no_new_privs(current));
	CHECK(UCHROOT_USER_NAMESPACE, current_user_ns() == &init_user_ns);
	CHECK(UCHROOT_GROUP, in_group(tunables->allowed_group));
	CHECK(UCHROOT_SECCOMP, !seccomp_mode(&current->seccomp));
	/*
	 * Only this task could raise the number again, by clone(2): what is
	 * unshared now is unshared when the root is set.
	 */
	CHECK(UCHROOT_SHARED_FS, uchroot_fs_users(current->fs) == 1);
	CHECK(UCHROOT_NOT_BENEATH, beneath_current_root(path));
	CHECK(UCHROOT_CWD_OUTSIDE, cwd_beneath(path));
#undef CHECK
	return failed;
}

/**
 * uchroot_facts_gather() - the facts for a decision
 * @facts: filled in
 * @path: the directory that is to become the root
 * @tunables: the parameters of this call; what they make irrelevant is not
 *	looked at
 * @except: the descriptor that @path came with, which does not count as an
 *	open directory, or -1
 *
 * Context: Process context, current is the caller. May sleep.
 */
void uchroot_facts_gather(struct uchroot_facts *facts, const struct path *path,
			  const struct uchroot_tunables *tunables,
			  int except)
{
	struct files_struct *files = current->files;
	bool chrooted;

	chrooted = static_call(uchroot_current_chrooted)();
	facts->privileged = uchroot_current_privileged();
	facts->failed = failed_at_once(uchroot_policy_conditions(tunables,
								 facts->privileged,
								 chrooted),
				       chrooted, path, tunables);

	if (!uchroot_policy_wants_descriptors(tunables, facts))
		return;
	/*
	 * Only this task could make another user of the table, so a table
	 * that is unshared before the search still is after it.
	 */
	facts->failed |= unless(atomic_read(&files->count) == 1,
				UCHROOT_SHARED_FILES);
	facts->failed |= unless(!uchroot_has_open_directory(files, except),
				UCHROOT_OPEN_DIRECTORY);
}
