// SPDX-License-Identifier: GPL-2.0
/* 5.11 (d19ad0775dcd): ftrace callbacks take struct ftrace_regs, not pt_regs. */
#include <linux/build_bug.h>
#include <linux/ftrace.h>

static_assert(__same_type(ftrace_func_t,
			  void (*)(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops,
				   struct ftrace_regs *fregs)));
