/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_JUDGE_H
#define UCHROOT_JUDGE_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/path.h>
#include <linux/sched.h>

#include "facts.h"
#include "mac.h"
#include "params.h"
#include "policy.h"
#include "report.h"

/**
 * uchroot_serves_current() - is the call of current the rule's business?
 *
 * Inline because every chroot(2) under no_new_privs asks. The order is
 * policy.h's.
 *
 * Context: Any.
 * Return: false when the kernel's own chroot must answer.
 */
static __always_inline bool uchroot_serves_current(void)
{
	const struct uchroot_tunables tunables = {
		.enabled = READ_ONCE(uchroot_params.enabled),
		.restrict_privileged =
			READ_ONCE(uchroot_params.restrict_privileged),
		.require_no_new_privs =
			READ_ONCE(uchroot_params.require_no_new_privs),
	};

	return uchroot_policy_serves(&tunables, task_no_new_privs(current),
				     uchroot_current_privileged());
}

/**
 * uchroot_judge() - may current make this directory its root?
 * @path: the directory; the caller may search it
 * @except: the descriptor that @path came with, which does not count as an
 *	open directory, or -1
 *
 * From the facts to the verdict, which is told to all who watch. Inline because
 * it is a part of its one or two callers, and the calls between files are enough.
 *
 * Context: Process context, current is the caller and is served. May sleep.
 * Return: 0, -EPERM, the errno of a security module, or -ENOMEM.
 */
static inline int uchroot_judge(const struct path *path, int except)
{
	struct uchroot_facts facts;
	enum uchroot_reason reason;
	int error = 0;

	uchroot_facts_gather(&facts, path, except);
	reason = uchroot_policy_decide(&facts);
	if (reason != UCHROOT_ALLOWED) {
		error = -EPERM;
	} else {
		error = uchroot_mac_veto(path, facts.privileged);
		/* Nobody has refused: no verdict, as in the lookup. */
		if (error == -ENOMEM)
			return error;
		if (error)
			reason = UCHROOT_MAC;
	}
	uchroot_report(reason, path, READ_ONCE(uchroot_params.log));
	return error;
}

#endif
