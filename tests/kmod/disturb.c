// SPDX-License-Identifier: GPL-2.0
/*
 * What may happen to the module from others in the kernel: a kprobe that takes
 * calls away, one with a post_handler, one that holds an unload up, and ftrace
 * that shuts itself down. For the tests of what it does then.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/ptrace.h>

static char *take;
module_param(take, charp, 0444);
MODULE_PARM_DESC(take, "Answer the calls of this function with EXDEV");

static char *post;
module_param(post, charp, 0444);
MODULE_PARM_DESC(post, "A kprobe with a post_handler on this function");

static char *hold;
module_param(hold, charp, 0444);
MODULE_PARM_DESC(hold, "Wait at the start of this function, for ten seconds at most");

static bool holding;
module_param(holding, bool, 0444);
MODULE_PARM_DESC(holding, "Somebody waits there, or did");

static bool released;
module_param(released, bool, 0644);
MODULE_PARM_DESC(released, "Wait no longer");

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

static int wait(struct kprobe *probe, struct pt_regs *regs)
{
	int i;

	WRITE_ONCE(holding, true);
	for (i = 0; i < 10000 && !READ_ONCE(released); i++)
		mdelay(1);
	return 0;
}

static void after(struct kprobe *probe, struct pt_regs *regs,
		  unsigned long flags)
{
}

static struct kprobe probe;

/* Not exported. The kprobe is never armed. */
static int __init shut_ftrace_down(void)
{
	struct kprobe finder = {
		.symbol_name	= "ftrace_kill",
		.flags		= KPROBE_FLAG_DISABLED,
	};
	const int error = register_kprobe(&finder);

	if (error)
		return error;
	((void (*)(void))finder.addr)();
	unregister_kprobe(&finder);
	return 0;
}

static int __init disturb_init(void)
{
	if (kill_ftrace)
		return shut_ftrace_down();
	if (take) {
		probe.symbol_name = take;
		probe.pre_handler = take_away;
	} else if (post) {
		probe.symbol_name = post;
		probe.post_handler = after;
	} else if (hold) {
		probe.symbol_name = hold;
		probe.pre_handler = wait;
	} else {
		return -EINVAL;
	}
	return register_kprobe(&probe);
}

static void __exit disturb_exit(void)
{
	if (probe.addr)
		unregister_kprobe(&probe);
}

module_init(disturb_init);
module_exit(disturb_exit);

MODULE_DESCRIPTION("Gets in the way of unprivileged_chroot");
MODULE_LICENSE("GPL");
