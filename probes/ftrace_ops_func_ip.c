// SPDX-License-Identifier: GPL-2.0
/* Between 6.12 and 7.2: ops_func() is told the address. */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/ftrace.h>

static_assert(__same_type(((struct ftrace_ops *)0)->ops_func,
			  (int (*)(struct ftrace_ops *, unsigned long,
				   enum ftrace_ops_cmd))0));
