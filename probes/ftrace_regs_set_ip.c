// SPDX-License-Identifier: GPL-2.0
/* 6.2 (0ef86097f127): ftrace_instruction_pointer_set() was renamed. */
#include <linux/ftrace.h>

void probe(struct ftrace_regs *fregs);
void probe(struct ftrace_regs *fregs)
{
	ftrace_regs_set_instruction_pointer(fregs, 0);
}
