// SPDX-License-Identifier: GPL-2.0
/* 5.11 (d19ad0775dcd): ftrace callbacks take struct ftrace_regs, not pt_regs. */
#include <linux/ftrace.h>

void probe(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
	   struct ftrace_regs *fregs);
void probe(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
	   struct ftrace_regs *fregs)
{
	ftrace_func_t callback = probe;

	callback(ip, parent_ip, ops, fregs);
}
