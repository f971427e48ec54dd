// SPDX-License-Identifier: GPL-2.0
/*
 * Mandatory access control: the security modules have the last word.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/path.h>
#include <linux/security.h>

#include "ksyms.h"
#include "mac.h"

/*
 * AppArmor and SELinux mediate chroot through the capability alone, so they
 * are asked what they would say if the caller had it. Commoncap, which is in
 * the same chain, is satisfied by the raised copy: it is what the rule
 * stands in for. The copy is never installed, so that nothing but this one
 * question ever sees the capability. It is allocated, and not on the stack,
 * because AppArmor may keep a reference to the credentials that it refused
 * (audit_caps(), as in 7.2).
 */
static int capability_veto(void)
{
	struct cred *raised;
	int error;

	raised = prepare_creds();
	if (!raised)
		return -ENOMEM;
	cap_raise(raised->cap_effective, CAP_SYS_CHROOT);
	/* Freed without a grace period, unless somebody takes a reference. */
	raised->non_rcu = 1;
	error = uchroot_call(security_capable)(raised, raised->user_ns,
					       CAP_SYS_CHROOT, CAP_OPT_NONE);
	abort_creds(raised);
	return error;
}

/**
 * uchroot_mac_veto() - may the security modules have this refused?
 * @path: the directory that is to become the root
 * @privileged: the caller has CAP_SYS_CHROOT
 *
 * Asked last, as the kernel's own chroot does, so that modules that log or
 * learn see only what would otherwise happen.
 *
 * Context: Process context. May sleep.
 * Return: 0, the security module's errno, or -ENOMEM.
 */
int uchroot_mac_veto(const struct path *path, bool privileged)
{
	int error;

	if (!privileged)
		error = capability_veto();
	else if (ns_capable(current_user_ns(), CAP_SYS_CHROOT))
		error = 0;
	else
		error = -EPERM;

	return error ?: uchroot_call(security_path_chroot)(path);
}
