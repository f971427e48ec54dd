// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps BPF programs off the entries of chroot(2), on a CPU that enforces IBT.
 *
 * Where an entry may be redirected, a BPF trampoline that calls it itself (fexit,
 * fmod_ret) does so through a pointer: to where ftrace says that the call goes
 * on (arch/x86/net/bpf_jit_comp.c). That is behind the ENDBR when nobody
 * redirects it, and IBT kills the kernel. No callback can see to it that
 * somebody always does: the trampoline is made like this before a hook is
 * registered and made anew after it is gone, when tasks have been
 * waited for, and it stays like this when it cannot be made anew or the hook was
 * refused. So there must be no BPF trampoline.
 *
 * A function has room for one direct caller, as ftrace calls a trampoline of this
 * kind. While the module is loaded it is the kernel's own function that does
 * nothing, which the entry was compiled to call anyway.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <asm/cpufeature.h>

#include "guard.h"
#include "hook_compat.h"

#ifdef UCHROOT_HAVE_GUARD

/* It may be there beside one who redirects: the module, which comes second. */
static UCHROOT_OPS_FUNC(share)
{
	return 0;
}

static struct ftrace_ops guard_ops = {
	.ops_func = share,
};

static bool installed;

/**
 * uchroot_guard_ops() - the ops whose filter shall name what is guarded
 *
 * Return: NULL where there is no need for a guard.
 */
struct ftrace_ops * __init uchroot_guard_ops(void)
{
	return boot_cpu_has(X86_FEATURE_IBT) ? &guard_ops : NULL;
}

/**
 * uchroot_guard_install() - occupy the place of a BPF trampoline
 *
 * Before anything else is registered on the entries: the attempt alone would
 * change a trampoline that is there.
 *
 * Context: Process context, module initialisation. May sleep.
 * Return: 0, or an errno after a message: -EBUSY somebody has that place.
 */
int __init uchroot_guard_install(void)
{
	int error = register_ftrace_direct(&guard_ops, MCOUNT_ADDR);

	if (error == -EBUSY)
		pr_err("cannot load: a BPF program (fentry, fexit) is attached to chroot, which beside this module is fatal on a CPU with IBT: detach it first\n");
	else if (error)
		pr_err("cannot load: ftrace cannot keep BPF programs off chroot (error %d)\n",
		       error);
	if (error)
		ftrace_free_filter(&guard_ops);
	installed = !error;
	return error;
}

/**
 * uchroot_guard_remove() - give that place back
 *
 * After everything else on the entries is unregistered. Not when ftrace would not
 * unregister that: the ops would stay where it is, but without its function.
 *
 * Context: Process context. May sleep.
 * Return: 0, or an errno: ftrace still has the ops, and the module must stay.
 */
int uchroot_guard_remove(void)
{
	int error;

	if (!installed)
		return 0;
	error = unregister_ftrace_direct(&guard_ops, MCOUNT_ADDR, false);
	if (!error)
		ftrace_free_filter(&guard_ops);
	return error;
}

#endif
