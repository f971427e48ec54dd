// SPDX-License-Identifier: GPL-2.0
/*
 * The hook on the entries of chroot(2). Nothing else touches ftrace.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_trace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

#include "chroot.h"
#include "guard.h"
#include "hook.h"
#include "hook_compat.h"
#include "judge.h"
#include "ksyms.h"
#include "params.h"

/*
 * Calls are diverted only while this is set: from the moment when nothing can
 * fail any more until unloading begins. A task inside the module is counted
 * by the module's reference count, which a failing load does not look at.
 */
static bool armed __read_mostly;

/*
 * Without a reference to the module, which is on its way out then: the call is
 * made anew, unseen by the program, and meets the kernel's own function. The
 * errno is looked at on a return to user space that has a signal to handle.
 */
static long call_again(void)
{
	set_thread_flag(TIF_SIGPENDING);
	return -ERESTARTNOINTR;
}

UCHROOT_REPLACEMENT(served_entry);

/*
 * Replaces the entry for a call that is served. Any user can keep a call asleep
 * for ever, with a file system of his own: the reference makes unloading fail
 * for so long, rather than wait. It is taken here and not in the callback,
 * since another handler may take the call away after that. The few instructions
 * before it is taken, and those after it is dropped, are covered by
 * uchroot_hook_remove().
 *
 * The registers of the system call are the task's, as the entry is called for
 * nothing else. What this function is handed for them may be another handler's
 * answer, where that has the register of the first argument: a kprobe's that
 * was overruled, on arm64 and ppc64.
 */
static long served_entry(const struct pt_regs *unused)
{
	long error;

	if (!try_module_get(THIS_MODULE))
		return call_again();
	error = uchroot_chroot(uchroot_path_argument(current_pt_regs()));
	module_put(THIS_MODULE);
	return error;
}

/* Nearly everybody leaves here, without a look at the credentials. */
static __always_inline bool left_alone_at_once(void)
{
	return !task_no_new_privs(current) &&
	       READ_ONCE(uchroot_params.require_no_new_privs) &&
	       !READ_ONCE(uchroot_params.restrict_privileged);
}

/* Out of line, to keep the way of those who are not served short. */
static noinline void notrace
divert_if_served(struct ftrace_regs *fregs, unsigned long replacement)
{
	if (READ_ONCE(armed) && uchroot_serves_current())
		uchroot_redirect(fregs, replacement);
}

/*
 * Called at every chroot(2), possibly with preemption off: no sleeping. A call
 * that is not served goes on in the kernel's own function, untouched.
 */
static void notrace divert(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (likely(left_alone_at_once()))
		return;
	divert_if_served(fregs, uchroot_landing(served_entry));
}

#ifdef UCHROOT_FCHROOT_ENTRY
UCHROOT_REPLACEMENT(served_fchroot);

static long served_fchroot(const struct pt_regs *unused)
{
	const struct pt_regs *regs = current_pt_regs();
	long error;

	if (!try_module_get(THIS_MODULE))
		return call_again();
	error = uchroot_fchroot(uchroot_argument(regs, 0),
				uchroot_argument(regs, 1));
	module_put(THIS_MODULE);
	return error;
}

/*
 * The same for fchroot(2). Negative descriptors are sentinels, with rules of
 * their own, or errors: the kernel's business.
 */
static void notrace divert_fchroot(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops,
				   struct ftrace_regs *fregs)
{
	if (likely(left_alone_at_once()))
		return;
	if ((int)uchroot_argument(current_pt_regs(), 0) >= 0)
		divert_if_served(fregs, uchroot_landing(served_fchroot));
}
#endif

#define DIVERT_FLAGS \
	(FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT | \
	 UCHROOT_FTRACE_REGS_FLAG)

#define MAX_ENTRIES	2

/*
 * One ops for all entries of a call, so that they are hooked and released
 * together. No recursion protection: nothing that a callback calls can get to
 * chroot(2).
 */
static struct hook {
	struct ftrace_ops ops;
	const char *entries[MAX_ENTRIES];
} hooks[] = {
	{
		.ops = { .func = divert, .flags = DIVERT_FLAGS },
		.entries = {
			UCHROOT_ENTRY,
#ifdef UCHROOT_COMPAT_ENTRY
			UCHROOT_COMPAT_ENTRY,
#endif
		},
	},
#ifdef UCHROOT_FCHROOT_ENTRY
	{
		.ops = { .func = divert_fchroot, .flags = DIVERT_FLAGS },
		.entries = {
			UCHROOT_FCHROOT_ENTRY,
#ifdef UCHROOT_FCHROOT_COMPAT
			UCHROOT_FCHROOT_COMPAT,
#endif
		},
	},
#endif
};

/* ftrace goes on to call what is in this module. */
static bool kept;

static void keep(int error)
{
	pr_crit("ftrace has shut itself down and does not give chroot back (error %d): the module can never be unloaded, and serves nobody\n",
		error);
	kept = true;
}

static void give_back(struct ftrace_ops *ops)
{
	const int error = unregister_ftrace_function(ops);

	if (error)
		keep(error);
	else
		ftrace_free_filter(ops);
}

static void notrace nothing(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static int __init set_filter(struct ftrace_ops *ops, struct hook *hook)
{
	void *addresses[MAX_ENTRIES];
	int count = 0;
	int error;
	int i;

	while (count < MAX_ENTRIES && hook->entries[count])
		count++;
	error = uchroot_ksyms_look_up(hook->entries, addresses, count);
	if (error)
		return error;

	/* By address: a filter by name looks at every function of the kernel. */
	for (i = 0; i < count; i++) {
		error = ftrace_set_filter_ip(ops, (unsigned long)addresses[i],
					     0, 0);
		/* An empty filter would mean every function of the kernel. */
		if (error) {
			pr_err("cannot load: ftrace cannot trace the kernel function %s (error %d)\n",
			       hook->entries[i], error);
			return error;
		}
	}
	return 0;
}

/*
 * EBUSY has two causes. An ops that needs ftrace switched on as well but does
 * not want to redirect meets only one of them.
 */
static bool __init ftrace_switched_off(struct hook *hook)
{
	static struct ftrace_ops trial_ops = {
		.func	= nothing,
		.flags	= FTRACE_OPS_FL_PERMANENT,
	};
	int error;

	error = set_filter(&trial_ops, hook);
	if (!error)
		error = register_ftrace_function(&trial_ops);
	if (error)
		ftrace_free_filter(&trial_ops);
	else
		give_back(&trial_ops);
	return error == -EBUSY;
}

static int __init install(struct hook *hook)
{
	int error;

	error = set_filter(&hook->ops, hook);
	if (error)
		goto free;

	error = register_ftrace_function(&hook->ops);
	if (error == -EBUSY && ftrace_switched_off(hook))
		pr_err("cannot load: ftrace is switched off, set kernel.ftrace_enabled=1\n");
	else if (error == -EBUSY)
		pr_err("cannot load: a livepatch, a kprobe with a post_handler or another module has hooked chroot already\n");
	else if (error == -ENOTSUPP)
		pr_err("cannot load: a BPF program is attached to chroot, which this architecture cannot redirect then\n");
	else if (error)
		pr_err("cannot load: ftrace refused the hook (error %d)\n",
		       error);
	if (error)
		goto free;
	return 0;

free:
	ftrace_free_filter(&hook->ops);
	/* It comes from BPF's trampoline, and user space has no name for it. */
	return error == -ENOTSUPP ? -EBUSY : error;
}

/* Everything, from the last of @count hooks to the guard under them. */
static void uninstall(int count)
{
	int error;

	while (count--)
		give_back(&hooks[count].ops);
	error = kept ? 0 : uchroot_guard_remove();
	if (error)
		keep(error);
}

/* Of every entry, and before the first hook, see guard.c. */
static int __init install_guard(void)
{
	struct ftrace_ops *ops = uchroot_guard_ops();
	int error;
	int i;

	if (!ops)
		return 0;
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		error = set_filter(ops, &hooks[i]);
		if (error) {
			ftrace_free_filter(ops);
			return error;
		}
	}
	return uchroot_guard_install();
}

/**
 * uchroot_hook_install() - take over chroot(2) and fchroot(2)
 *
 * The last step of loading: calls are served when it returns 0. There is one
 * exception: when something of a load that fails cannot be taken away because
 * ftrace has shut itself down meanwhile, the module stays loaded for good, as
 * the entry goes on to call it, and serves nobody.
 *
 * Context: Process context, module initialisation. May sleep.
 * Return: 0, or an errno after a message that says what is missing: -ENOENT an
 * entry cannot be found, -EINVAL it cannot be traced, -EBUSY ftrace is switched
 * off or somebody else holds the entry, -ENODEV ftrace has shut itself down.
 */
int __init uchroot_hook_install(void)
{
	int error;
	int i;

	error = install_guard();
	if (error)
		return error;
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		error = install(&hooks[i]);
		if (error)
			goto uninstall;
	}

	WRITE_ONCE(armed, true);
	return 0;

uninstall:
	uninstall(i);
	if (!kept)
		return error;
	__module_get(THIS_MODULE);
	return 0;
}

/**
 * uchroot_hook_remove() - give the calls back
 *
 * Called when no task holds a reference to the module, so none sleeps in a
 * served call and none can begin one.
 *
 * Context: Process context, module exit. Sleeps until no task is in a callback,
 * on the way to a replacement, or in the first or last instructions of one.
 * Never returns when ftrace has shut itself down: the kernel frees a module as
 * soon as its exit is over, and the entry goes on to call this one.
 */
void uchroot_hook_remove(void)
{
	WRITE_ONCE(armed, false);
	uninstall(ARRAY_SIZE(hooks));
	while (kept)
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);

	/*
	 * A task may have been redirected and not yet hold a reference, or have
	 * dropped it and not yet have returned. RCU-tasks waits for both; plain
	 * RCU does not. The one place on the way where a task may sleep is a BPF
	 * program on the entry, which has a flavour of its own. In this order
	 * the kernel frees the trampolines of such programs too.
	 */
#ifdef CONFIG_TASKS_TRACE_RCU
	synchronize_rcu_tasks_trace();
#endif
	synchronize_rcu_tasks();
}
