/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's functions that chroot(2) needs and that are not exported.
 *
 * They are called by static calls, which on x86 are patched to direct calls:
 * an indirect call to an address that was looked up is fatal under IBT once
 * the function's ENDBR has been sealed.
 */
#ifndef UCHROOT_KSYMS_H
#define UCHROOT_KSYMS_H

#include <linux/fs_struct.h>
#include <linux/security.h>
#include <linux/static_call.h>

DECLARE_STATIC_CALL(uchroot_set_fs_root, set_fs_root);
DECLARE_STATIC_CALL(uchroot_current_chrooted, current_chrooted);
DECLARE_STATIC_CALL(uchroot_security_path_chroot, security_path_chroot);
DECLARE_STATIC_CALL(uchroot_security_capable, security_capable);

/* The rule calls them by this; built into a kernel it calls them by name. */
#define uchroot_call(function)	static_call(uchroot_##function)

#define UCHROOT_KSYMS_MAX	4

int uchroot_ksyms_look_up(const char *const names[], void *addresses[],
			  int count);
int uchroot_ksyms_resolve(void);

#endif
