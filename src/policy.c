// SPDX-License-Identifier: GPL-2.0
/*
 * The whole rule on one screen: which conditions bind a caller, and which of
 * those that fail is the reason. Pure functions of facts and tunables, which
 * programs can compile as they are.
 */
#include "policy.h"

/* Found by looking through the descriptor table, which may be long. */
#define UCHROOT_DESCRIPTORS \
	(UCHROOT_BIT(UCHROOT_OPEN_DIRECTORY) | UCHROOT_BIT(UCHROOT_SHARED_FILES))

static const char *const reason_names[UCHROOT_REASONS] = {
	[UCHROOT_ALLOWED]		= "none",
	[UCHROOT_NO_NEW_PRIVS]		= "no_new_privs",
	[UCHROOT_USER_NAMESPACE]	= "user_namespace",
	[UCHROOT_GROUP]			= "group",
	[UCHROOT_SECCOMP]		= "seccomp",
	[UCHROOT_SHARED_FS]		= "shared_fs",
	[UCHROOT_NESTED]		= "nested",
	[UCHROOT_NOT_BENEATH]		= "not_beneath",
	[UCHROOT_UNTRUSTED_ROOT]	= "untrusted_root",
	[UCHROOT_OPEN_DIRECTORY]	= "open_directory",
	[UCHROOT_SHARED_FILES]		= "shared_files",
	[UCHROOT_CWD_OUTSIDE]		= "cwd_outside",
	[UCHROOT_MAC]			= "mac",
};

static unsigned int when(bool binds, enum uchroot_reason reason)
{
	return binds ? UCHROOT_BIT(reason) : 0;
}

/**
 * uchroot_policy_conditions() - the conditions that bind a caller
 * @tunables: the parameters
 * @privileged: CAP_SYS_CHROOT is effective in the caller's user namespace
 * @chrooted: the caller's root is not that of its mount namespace
 *
 * A privileged caller is bound by FreeBSD's rule on open directories alone,
 * and only under restrict_privileged.
 *
 * Context: Any.
 * Return: A set of UCHROOT_BIT(). UCHROOT_MAC is never in it: that question
 * goes to the LSMs.
 */
unsigned int uchroot_policy_conditions(const struct uchroot_tunables *tunables,
				       bool privileged, bool chrooted)
{
	const int dirs = tunables->allow_open_directories;
	const int cwd = tunables->require_cwd_beneath;
	unsigned int descriptors = 0;

	if (dirs == 0 || (dirs == 1 && chrooted))
		descriptors = UCHROOT_DESCRIPTORS;

	if (privileged)
		return tunables->restrict_privileged ? descriptors : 0;

	return when(tunables->require_no_new_privs, UCHROOT_NO_NEW_PRIVS) |
	       when(!tunables->allow_user_namespaces, UCHROOT_USER_NAMESPACE) |
	       when(tunables->allowed_group != UCHROOT_EVERYONE, UCHROOT_GROUP) |
	       when(!tunables->allow_seccomp, UCHROOT_SECCOMP) |
	       when(tunables->require_unshared_fs, UCHROOT_SHARED_FS) |
	       when(!tunables->allow_nested, UCHROOT_NESTED) |
	       when(tunables->require_beneath, UCHROOT_NOT_BENEATH) |
	       when(tunables->require_trusted_root, UCHROOT_UNTRUSTED_ROOT) |
	       descriptors |
	       when(cwd == 2 || (cwd == 1 && chrooted), UCHROOT_CWD_OUTSIDE);
}

/**
 * uchroot_policy_decide() - the verdict, as far as it is the rule's
 * @facts: gathered after the path lookup
 *
 * Context: Any.
 * Return: UCHROOT_ALLOWED, or the first condition that fails.
 */
enum uchroot_reason uchroot_policy_decide(const struct uchroot_facts *facts)
{
	const unsigned int failed = uchroot_policy_refusals(facts);

	/* The order of the enum is the order of judgement. */
	return failed ? __builtin_ctz(failed) : UCHROOT_ALLOWED;
}

/**
 * uchroot_reason_name() - the name used in counters, events, logs and manuals
 * @reason: a reason
 *
 * Context: Any.
 * Return: A static string; "none" for UCHROOT_ALLOWED.
 */
const char *uchroot_reason_name(enum uchroot_reason reason)
{
	return reason < UCHROOT_REASONS ? reason_names[reason] : "unknown";
}
