// SPDX-License-Identifier: GPL-2.0
/*
 * The judgement of a path that was found, from the facts to the verdict.
 */
#include <linux/errno.h>

#include "facts.h"
#include "judge.h"
#include "mac.h"
#include "params.h"
#include "policy.h"
#include "report.h"

/**
 * uchroot_judge() - may current make this directory its root?
 * @path: the directory; the caller may search it
 * @except: the descriptor that @path came with, which does not count as an
 *	open directory, or -1
 *
 * Tells the verdict to all who watch.
 *
 * Context: Process context, current is the caller and is served. May sleep.
 * Return: 0, -EPERM, or the errno of a security module.
 */
int uchroot_judge(const struct path *path, int except)
{
	struct uchroot_tunables tunables;
	struct uchroot_facts facts;
	enum uchroot_reason reason;
	int error = 0;

	uchroot_params_snapshot(&tunables);
	uchroot_facts_gather(&facts, path, &tunables, except);
	reason = uchroot_policy_decide(&facts);
	if (reason != UCHROOT_ALLOWED) {
		error = -EPERM;
	} else {
		error = uchroot_mac_veto(path, facts.privileged);
		if (error)
			reason = UCHROOT_MAC;
	}
	uchroot_report(reason, path, tunables.log);
	return error;
}
