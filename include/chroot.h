/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_CHROOT_H
#define UCHROOT_CHROOT_H

#include <linux/compiler_types.h>

long uchroot_chroot(const char __user *filename);
long uchroot_fchroot(int fd, unsigned int flags);

#endif
