/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_JUDGE_H
#define UCHROOT_JUDGE_H

#include <linux/compiler.h>
#include <linux/sched.h>

#include "facts.h"
#include "params.h"
#include "policy.h"

struct path;

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

int uchroot_judge(const struct path *path, int except);

#endif
