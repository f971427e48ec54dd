// SPDX-License-Identifier: GPL-2.0
/*
 * What may happen to the module from others in the kernel: a kprobe that takes
 * calls away, one with a post_handler, an unload that lasts, and ftrace that
 * shuts itself down. For the tests of what it does then.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/ptrace.h>
#include <linux/static_call.h>

#include "function_start.h"

static char *take;
module_param(take, charp, 0444);
MODULE_PARM_DESC(take, "Answer the calls of this function with EXDEV");

static char *post;
module_param(post, charp, 0444);
MODULE_PARM_DESC(post, "A kprobe with a post_handler on this function");

static char *going;
module_param(going, charp, 0444);
MODULE_PARM_DESC(going, "While this one is loaded, the module of this name is on its way out");

static bool kill_ftrace;
module_param(kill_ftrace, bool, 0444);
MODULE_PARM_DESC(kill_ftrace, "Have ftrace shut itself down, for good");

/* Where a function finds its data by r12, which nobody sets: back to the caller. */
#ifdef CONFIG_PPC64
#define where_to(regs)	((regs)->link)
#else
static long taken(const struct pt_regs *regs)
{
	return -EXDEV;
}

#define where_to(regs)	((unsigned long)taken)
#endif

/*
 * As BPF's bpf_override_return() and the kernel's fail_function do it: the answer
 * goes to its register, which on some architectures is that of the first
 * argument, whoever has the call in the end.
 */
static int take_away(struct kprobe *probe, struct pt_regs *regs)
{
	regs_set_return_value(regs, -EXDEV);
	instruction_pointer_set(regs, where_to(regs));
	return 1;
}

static void after(struct kprobe *probe, struct pt_regs *regs,
		  unsigned long flags)
{
}

static struct kprobe probe;

DEFINE_STATIC_CALL_NULL(kill, ftrace_kill);

/* Not exported. */
static int shut_ftrace_down(void)
{
	void *start = function_start("ftrace_kill");

	if (!start)
		return -ENOENT;
	/* With IBT or kCFI the kernel would die of a call through a pointer. */
	static_call_update(kill, (typeof(ftrace_kill) *)start);
	static_call(kill)();
	return 0;
}

static struct module *on_its_way_out;

/*
 * Between delete_module()'s decision and its end nobody can have a reference. That
 * can last, and nothing here could make it last without keeping a processor from
 * everybody, the callers among them: so there is nothing but the decision.
 */
static int __init decide_to_unload(void)
{
	struct kobject *kobj = kset_find_obj(THIS_MODULE->mkobj.kobj.kset, going);

	if (!kobj)
		return -ENOENT;
	on_its_way_out = container_of(kobj, struct module_kobject, kobj)->mod;
	kobject_put(kobj);
	WRITE_ONCE(on_its_way_out->state, MODULE_STATE_GOING);
	return 0;
}

static int __init disturb_init(void)
{
	if (kill_ftrace)
		return shut_ftrace_down();
	if (going)
		return decide_to_unload();
	if (take) {
		probe.symbol_name = take;
		probe.pre_handler = take_away;
	} else if (post) {
		probe.symbol_name = post;
		probe.post_handler = after;
	} else {
		return -EINVAL;
	}
	return register_kprobe(&probe);
}

static void __exit disturb_exit(void)
{
	if (probe.addr)
		unregister_kprobe(&probe);
	if (on_its_way_out)
		WRITE_ONCE(on_its_way_out->state, MODULE_STATE_LIVE);
}

module_init(disturb_init);
module_exit(disturb_exit);

MODULE_DESCRIPTION("Gets in the way of unprivileged_chroot");
MODULE_LICENSE("GPL");
