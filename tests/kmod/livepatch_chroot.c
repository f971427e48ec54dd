// SPDX-License-Identifier: GPL-2.0
/*
 * A livepatch of the same function: with it, chroot(2) gives ENOTUNIQ, so that
 * a test can tell whose answer it got.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/ptrace.h>

static asmlinkage long patched_chroot(const struct pt_regs *regs)
{
	return -ENOTUNIQ;
}

static struct klp_func functions[] = {
	{
		.old_name = "__x64_sys_chroot",
		.new_func = patched_chroot,
	}, { }
};

static struct klp_object objects[] = {
	{
		/* No name: the kernel itself. */
		.funcs = functions,
	}, { }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_chroot_init(void)
{
	return klp_enable_patch(&patch);
}

/* It must be there, or the module could not be unloaded. */
static void __exit livepatch_chroot_exit(void)
{
}

module_init(livepatch_chroot_init);
module_exit(livepatch_chroot_exit);

MODULE_DESCRIPTION("Patches chroot(2)");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
