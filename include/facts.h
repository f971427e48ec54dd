/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_FACTS_H
#define UCHROOT_FACTS_H

#include <linux/capability.h>
#include <linux/cred.h>

#include "policy.h"

struct path;

/**
 * uchroot_current_privileged() - does the kernel's own chroot let current in?
 *
 * The capability in the caller's own user namespace, as commoncap sees it.
 * The LSMs are not asked here: a task that has the capability stays with the
 * kernel's own call, which asks them and refuses it if they do. Nothing is
 * logged, PF_SUPERPRIV is not set.
 *
 * Inline because every chroot(2) under no_new_privs asks.
 *
 * Context: Any.
 * Return: true when CAP_SYS_CHROOT is effective.
 */
static inline bool uchroot_current_privileged(void)
{
	return cap_raised(current_cred()->cap_effective, CAP_SYS_CHROOT);
}

void uchroot_facts_gather(struct uchroot_facts *facts, const struct path *path,
			  int except);

#endif
