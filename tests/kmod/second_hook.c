// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else's hook: takes the right to redirect one function, as a
 * livepatch does, and lets it be. For the tests of conflicts with it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "uchroot_probes.h"	/* made with the module, which is built before */

/* Up to 5.10. A cast would do, if kCFI did not look at the types. */
#ifndef UCHROOT_HAVE_FTRACE_REGS
#define ftrace_regs	pt_regs
#endif

static char *symbol = "__x64_sys_chroot";
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "The function to hook");

static void notrace leave_alone(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *regs)
{
}

static struct ftrace_ops hook = {
	.func	= leave_alone,
	.flags	= FTRACE_OPS_FL_IPMODIFY
#ifndef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
		| FTRACE_OPS_FL_SAVE_REGS
#endif
};

/* ftrace_free_filter() is not exported by all kernels; an empty one is free. */
static void free_filter(void)
{
	ftrace_set_filter(&hook, NULL, 0, 1);
}

static int __init second_hook_init(void)
{
	int error;

	error = ftrace_set_filter(&hook, symbol, strlen(symbol), 0);
	if (!error)
		error = register_ftrace_function(&hook);
	if (error)
		free_filter();
	return error;
}

static void __exit second_hook_exit(void)
{
	unregister_ftrace_function(&hook);
	free_filter();
}

module_init(second_hook_init);
module_exit(second_hook_exit);

MODULE_DESCRIPTION("Hooks a function and lets it be");
MODULE_LICENSE("GPL");
