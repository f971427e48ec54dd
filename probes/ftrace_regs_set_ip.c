// SPDX-License-Identifier: GPL-2.0
/*
 * 6.2 (0ef86097f127): ftrace_instruction_pointer_set() was renamed. It is a
 * macro on some architectures. Where it is none, a call alone would not show
 * that it is there: C lets a function be called that was never declared.
 */
#include <linux/build_bug.h>
#include <linux/ftrace.h>

#ifndef ftrace_regs_set_instruction_pointer
static_assert(__same_type(ftrace_regs_set_instruction_pointer,
			  void (struct ftrace_regs *fregs, unsigned long ip)));
#endif

void probe(struct ftrace_regs *fregs);
void probe(struct ftrace_regs *fregs)
{
	ftrace_regs_set_instruction_pointer(fregs, 0);
}
