/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MAY_CHROOT_H
#define UCHROOT_MAY_CHROOT_H

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/security.h>

static inline int may_chroot_by_capability(const struct path *path)
{
	if (!ns_capable(current_user_ns(), CAP_SYS_CHROOT))
		return -EPERM;
	return security_path_chroot(path);
}

#ifdef CONFIG_UNPRIVILEGED_CHROOT
int may_chroot(const struct path *path, int fd);
#else
static inline int may_chroot(const struct path *path, int fd)
{
	return may_chroot_by_capability(path);
}
#endif

#endif
