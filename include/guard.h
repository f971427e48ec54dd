/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_GUARD_H
#define UCHROOT_GUARD_H

#include "hook_compat.h"

struct ftrace_ops;

#ifdef UCHROOT_HAVE_GUARD
struct ftrace_ops *uchroot_guard_ops(void);
int uchroot_guard_install(void);
int uchroot_guard_remove(void);
#else
static inline struct ftrace_ops *uchroot_guard_ops(void)
{
	return NULL;
}

static inline int uchroot_guard_install(void)
{
	return 0;
}

static inline int uchroot_guard_remove(void)
{
	return 0;
}
#endif

#endif
