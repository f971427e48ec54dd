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

#include "hook_compat.h"

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
	.flags	= FTRACE_OPS_FL_IPMODIFY | UCHROOT_FTRACE_REGS_FLAG,
};

static int __init second_hook_init(void)
{
	int error;

	error = ftrace_set_filter(&hook, symbol, strlen(symbol), 0);
	if (!error)
		error = register_ftrace_function(&hook);
	if (error)
		ftrace_free_filter(&hook);
	return error;
}

static void __exit second_hook_exit(void)
{
	unregister_ftrace_function(&hook);
	ftrace_free_filter(&hook);
}

module_init(second_hook_init);
module_exit(second_hook_exit);

MODULE_DESCRIPTION("Hooks a function and lets it be");
MODULE_LICENSE("GPL");
