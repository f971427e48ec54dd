/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule, and nothing else: which calls are served, and what a served call
 * is told. No kernel calls here, so that programs can compile it too.
 */
#ifndef UCHROOT_POLICY_H
#define UCHROOT_POLICY_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif

/*
 * In the order in which the conditions are judged: when several fail, the
 * lowest is the reason. UCHROOT_REASONS counts them, verdict included.
 */
enum uchroot_reason {
	UCHROOT_ALLOWED,
	UCHROOT_NO_NEW_PRIVS,
	UCHROOT_USER_NAMESPACE,
	UCHROOT_GROUP,
	UCHROOT_SECCOMP,
	UCHROOT_SHARED_FS,
	UCHROOT_NESTED,
	UCHROOT_NOT_BENEATH,
	UCHROOT_UNTRUSTED_ROOT,
	UCHROOT_OPEN_DIRECTORY,
	UCHROOT_SHARED_FILES,
	UCHROOT_CWD_OUTSIDE,
	UCHROOT_MAC,
	UCHROOT_REASONS
};

/* The bit that stands for a condition in a set of conditions. */
#define UCHROOT_BIT(reason)	(1U << (reason))

/* allowed_group: nobody is left out. No gid has this value. */
#define UCHROOT_EVERYONE	((unsigned int)-1)

/* Values of the "log" parameter. */
#define UCHROOT_LOG_NOTHING	0
#define UCHROOT_LOG_REFUSALS	1
#define UCHROOT_LOG_GRANTS	2

/**
 * struct uchroot_tunables - the parameters that a decision depends on
 * @enabled: serve calls at all
 * @allow_open_directories: 0 refuses a caller with a directory open, 1 only
 *	one that is chrooted already, any other value nobody (FreeBSD's
 *	kern.chroot_allow_open_directories)
 * @allow_nested: serve callers that are chrooted already
 * @require_cwd_beneath: the working directory must be beneath the new root:
 *	0 never, 1 when chrooted already, 2 always
 * @allow_seccomp: serve callers that run under seccomp
 * @allow_user_namespaces: serve callers outside the initial user namespace
 * @allowed_group: a gid of the initial user namespace or UCHROOT_EVERYONE
 * @require_trusted_root: the new root must be a directory that only the
 *	administrator can change
 * @restrict_privileged: bind callers that have the capability to
 *	@allow_open_directories, as FreeBSD does
 * @log: what goes to the kernel log
 * @require_no_new_privs: serve only callers that have set no_new_privs
 * @require_unshared_fs: the fs_struct must have no other user
 * @require_beneath: the new root must be beneath the current one
 */
struct uchroot_tunables {
	bool enabled;
	int allow_open_directories;
	bool allow_nested;
	int require_cwd_beneath;
	bool allow_seccomp;
	bool allow_user_namespaces;
	unsigned int allowed_group;
	bool require_trusted_root;
	bool restrict_privileged;
	int log;
	bool require_no_new_privs;
	bool require_unshared_fs;
	bool require_beneath;
};

/**
 * struct uchroot_facts - what is the case at the time of the call
 * @privileged: CAP_SYS_CHROOT is effective in the caller's user namespace
 * @conditions: those that bind the caller, from uchroot_policy_conditions()
 * @failed: UCHROOT_BIT() of every condition that does not hold; only the bits
 *	in @conditions matter
 */
struct uchroot_facts {
	bool privileged;
	unsigned int conditions;
	unsigned int failed;
};

/**
 * uchroot_policy_serves() - is the call the rule's business?
 * @tunables: the parameters
 * @no_new_privs: the calling thread has set no_new_privs
 * @privileged: CAP_SYS_CHROOT is effective in the caller's user namespace
 *
 * Inline because every chroot(2) of the system goes through it.
 *
 * Return: false when the kernel's own chroot must answer.
 */
static inline bool uchroot_policy_serves(const struct uchroot_tunables *tunables,
					 bool no_new_privs, bool privileged)
{
	if (!tunables->enabled)
		return false;
	if (privileged)
		return tunables->restrict_privileged;
	return no_new_privs || !tunables->require_no_new_privs;
}

unsigned int uchroot_policy_conditions(const struct uchroot_tunables *tunables,
				       bool privileged, bool chrooted);

/* The conditions that bind this caller and do not hold. */
static inline unsigned int
uchroot_policy_refusals(const struct uchroot_facts *facts)
{
	return facts->failed & facts->conditions;
}

/* Has a condition failed that is judged before this one? */
static inline bool
uchroot_policy_refused_before(const struct uchroot_facts *facts,
			      enum uchroot_reason reason)
{
	return uchroot_policy_refusals(facts) & (UCHROOT_BIT(reason) - 1);
}

/**
 * uchroot_policy_wants() - must a condition be looked at?
 * @facts: those of all earlier conditions are known
 * @reason: the condition
 *
 * For the facts that take long to find out. Inline because for most calls the
 * answer is all that there is to it.
 *
 * Return: false when the verdict does not depend on it: the caller is not
 * bound by it, or an earlier condition has failed.
 */
static inline bool uchroot_policy_wants(const struct uchroot_facts *facts,
					enum uchroot_reason reason)
{
	return (facts->conditions & UCHROOT_BIT(reason)) &&
	       !uchroot_policy_refused_before(facts, reason);
}

enum uchroot_reason uchroot_policy_decide(const struct uchroot_facts *facts);
const char *uchroot_reason_name(enum uchroot_reason reason);

#endif
