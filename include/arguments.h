/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where each architecture's entries find the arguments of a system call. Host
 * tests compile it for all of them.
 */
#ifndef UCHROOT_ARGUMENTS_H
#define UCHROOT_ARGUMENTS_H

#ifdef __KERNEL__
#include <linux/compat.h>
#include <linux/ptrace.h>
#include <asm/syscall.h>
#endif

/*
 * An argument of the system call, from where the entry that was used reads it:
 * SC_..._REGS_TO_ARGS() in arch/.../include/asm/syscall_wrapper.h, and the like.
 * syscall_get_arguments() tells what the caller passed, which a tracer may have
 * changed since. An int is the lower half.
 */
static inline unsigned long uchroot_argument(const struct pt_regs *regs, int n)
{
#if defined(CONFIG_X86)
	/*
	 * Which entry it was is a state of the task, not of the registers: a
	 * 64-bit program may use int 0x80 as well. Only 32 bits count there.
	 */
	if (in_ia32_syscall())
		return (u32)(n ? regs->cx : regs->bx);
	return n ? regs->si : regs->di;
#elif defined(CONFIG_ARM64)
	return regs->regs[n];
#elif defined(CONFIG_RISCV)
	return n ? regs->a1 : regs->orig_a0;
#elif defined(CONFIG_S390)
	return n ? regs->gprs[3] : regs->orig_gpr2;
#elif defined(CONFIG_PPC64)
	return regs->gpr[3 + n];
#endif
}

static inline const char __user *uchroot_path_argument(const struct pt_regs *regs)
{
	const unsigned long address = uchroot_argument(regs, 0);

#if defined(CONFIG_S390) && defined(CONFIG_COMPAT)
	/* Addresses have 31 bits there. */
	if (is_compat_task())
		return compat_ptr(address);
#endif
	return (const char __user *)address;
}

#endif
