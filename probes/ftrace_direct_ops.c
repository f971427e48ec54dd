// SPDX-License-Identifier: GPL-2.0
/* 6.4: register_ftrace_direct_multi() was renamed to this. */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/ftrace.h>

static_assert(__same_type(&register_ftrace_direct,
			  (int (*)(struct ftrace_ops *, unsigned long))0));
