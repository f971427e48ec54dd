// SPDX-License-Identifier: GPL-2.0
/*
 * The hook on the entries of chroot(2). Nothing else touches ftrace.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "chroot.h"
#include "compat.h"
#include "facts.h"
#include "guard.h"
#include "hook.h"
#include "ksyms.h"
#include "params.h"

/*
 * Calls are diverted only while this is set: from the moment when nothing can
 * fail any more until unloading begins. A task inside the module is counted
 * by the module's reference count, which a failing load does not look at.
 */
static bool armed __read_mostly;

UCHROOT_REPLACEMENT(served_entry);

/*
 * Replaces the entry for a call that is served. The callback has taken a
 * reference to the module. Dropping it is the last thing done here, and the
 * few instructions after that are covered by uchroot_hook_remove().
 */
static long served_entry(const struct pt_regs *regs)
{
	long error;

	error = uchroot_chroot(uchroot_path_argument(regs));
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

/* Is the call of current the module's business? The order is policy.h's. */
static bool serves_current(void)
{
	const struct uchroot_tunables tunables = {
		.enabled = READ_ONCE(uchroot_params.enabled),
		.restrict_privileged =
			READ_ONCE(uchroot_params.restrict_privileged),
		.require_no_new_privs =
			READ_ONCE(uchroot_params.require_no_new_privs),
	};

	return READ_ONCE(armed) &&
	       uchroot_policy_serves(&tunables, task_no_new_privs(current),
				     uchroot_current_privileged());
}

/* Out of line, to keep the way of those who are not served short. */
static noinline void notrace
divert_if_served(struct ftrace_regs *fregs, unsigned long replacement)
{
	if (!serves_current())
		return;
	/*
	 * Any user can keep a call asleep for ever, with a file system of his
	 * own. The reference makes unloading fail for so long, rather than
	 * wait. Without one the module is on its way out.
	 */
	if (!try_module_get(THIS_MODULE))
		return;
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

static long served_fchroot(const struct pt_regs *regs)
{
	unsigned int flags;
	long error;
	int fd;

	uchroot_fchroot_arguments((struct pt_regs *)regs, &fd, &flags);
	error = uchroot_fchroot(fd, flags);
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
	unsigned int flags;
	int fd;

	if (likely(left_alone_at_once()))
		return;
	uchroot_fchroot_arguments(uchroot_syscall_regs(fregs), &fd, &flags);
	if (fd >= 0)
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
	bool off = false;

	if (set_filter(&trial_ops, hook))
		goto free;
	off = register_ftrace_function(&trial_ops) == -EBUSY;
	if (!off)
		unregister_ftrace_function(&trial_ops);
free:
	ftrace_free_filter(&trial_ops);
	return off;
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
		pr_err("cannot load: a livepatch or another module has hooked chroot already\n");
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

static void uninstall(struct hook *hook)
{
	unregister_ftrace_function(&hook->ops);
	ftrace_free_filter(&hook->ops);
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
 * The last step of loading: calls are served when it returns 0.
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
	while (i--)
		uninstall(&hooks[i]);
	uchroot_guard_remove();
	return error;
}

/**
 * uchroot_hook_remove() - give the calls back
 *
 * Called when no task holds a reference to the module, so none sleeps in a
 * served call and none can begin one.
 *
 * Context: Process context, module exit. Sleeps until no task is in a callback
 * or in the last instructions of a replacement.
 */
void uchroot_hook_remove(void)
{
	int i;

	WRITE_ONCE(armed, false);
	for (i = ARRAY_SIZE(hooks) - 1; i >= 0; i--)
		uninstall(&hooks[i]);
	uchroot_guard_remove();
	/*
	 * A task may have been preempted between module_put() and its return
	 * from a replacement. RCU-tasks waits for it; plain RCU does not.
	 */
	synchronize_rcu_tasks();
}
