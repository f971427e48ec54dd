// SPDX-License-Identifier: GPL-2.0
/*
 * What the decision needs to know of the calling task and of the new root.
 */
#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
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

/*
 * All that is found out in one go. Under RCU, which keeps the current root in
 * memory without a reference: it is compared, not followed.
 */
static void gather_at_once(struct uchroot_facts *facts, bool chrooted,
			   const struct path *path, unsigned int allowed_group)
{
	unsigned int failed = unless(!chrooted, UCHROOT_NESTED);
	struct path root;
	int users;

#define CHECK(reason, holds) \
	do { \
		if (facts->conditions & UCHROOT_BIT(reason)) \
			failed |= unless(holds, reason); \
	} while (0)

	rcu_read_lock();
	uchroot_fs_read(current->fs, &users, &root);
	CHECK(UCHROOT_NO_NEW_PRIVS, task_no_new_privs(current));
	CHECK(UCHROOT_USER_NAMESPACE, current_user_ns() == &init_user_ns);
	CHECK(UCHROOT_GROUP, in_group(allowed_group));
	CHECK(UCHROOT_SECCOMP, !seccomp_mode(&current->seccomp));
	/*
	 * Only this task could raise the number again, by clone(2): what is
	 * unshared now is unshared when the root is set.
	 */
	CHECK(UCHROOT_SHARED_FS, users == 1);
	facts->failed = failed;
	/* Walks the mounts: other mount trees and bind aliases are not beneath. */
	if (uchroot_policy_wants(facts, UCHROOT_NOT_BENEATH))
		facts->failed |= unless(path_is_under(path, &root),
					UCHROOT_NOT_BENEATH);
	rcu_read_unlock();
#undef CHECK
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
	const bool chrooted = static_call(uchroot_current_chrooted)();

	facts->privileged = uchroot_current_privileged();
	facts->conditions = uchroot_policy_conditions(tunables,
						      facts->privileged,
						      chrooted);
	gather_at_once(facts, chrooted, path, tunables->allowed_group);
	if (uchroot_policy_wants(facts, UCHROOT_OPEN_DIRECTORY))
		gather_descriptors(facts, except);
	if (uchroot_policy_wants(facts, UCHROOT_CWD_OUTSIDE))
		facts->failed |= unless(cwd_beneath(path), UCHROOT_CWD_OUTSIDE);
}
