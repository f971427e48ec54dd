/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels and architectures for a module that takes over
 * chroot(2).
 */
#ifndef UCHROOT_HOOK_COMPAT_H
#define UCHROOT_HOOK_COMPAT_H

#include <linux/build_bug.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <asm/unistd.h>

#include "arguments.h"
#include "uchroot_probes.h"	/* made by Kbuild from probes/ */

/*
 * A kernel without these cannot run the module at all. What is refused here and
 * for an architecture below, dkms.conf knows too, so that DKMS skips such a
 * kernel without an error.
 */
#if !defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS) && \
	!defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#error "unprivileged_chroot: this kernel's ftrace cannot redirect a call (CONFIG_DYNAMIC_FTRACE_WITH_REGS or _WITH_ARGS is missing)"
#endif
#ifndef CONFIG_KPROBES
#error "unprivileged_chroot: CONFIG_KPROBES is missing, the kernel's functions cannot be found"
#endif
#ifndef CONFIG_SECURITY_PATH
#error "unprivileged_chroot: CONFIG_SECURITY_PATH is missing, security modules could not refuse a chroot"
#endif

#ifdef CONFIG_UNPRIVILEGED_CHROOT
#error "unprivileged_chroot: this kernel has the rule built in (CONFIG_UNPRIVILEGED_CHROOT)"
#endif

/*
 * The entries of chroot(2): all take the registers of the system call. See
 * arch/.../include/asm/syscall_wrapper.h.
 */
#if defined(CONFIG_X86_64)
#define UCHROOT_ENTRY		"__x64_sys_chroot"	/* x32 enters here too */
#ifdef CONFIG_IA32_EMULATION
#define UCHROOT_COMPAT_ENTRY	"__ia32_sys_chroot"	/* int 0x80 */
#endif
#elif defined(CONFIG_X86_32)
#define UCHROOT_ENTRY		"__ia32_sys_chroot"
#elif defined(CONFIG_ARM64)
#define UCHROOT_ENTRY		"__arm64_sys_chroot"	/* compat as well */
#elif defined(CONFIG_RISCV) && defined(CONFIG_ARCH_HAS_SYSCALL_WRAPPER)
#define UCHROOT_ENTRY		"__riscv_sys_chroot"	/* compat as well */
#elif defined(CONFIG_S390)
#define UCHROOT_ENTRY		"__s390x_sys_chroot"
#ifdef CONFIG_COMPAT
#define UCHROOT_COMPAT_ENTRY	"__s390_sys_chroot"
#endif
#elif defined(CONFIG_PPC64_ELF_ABI_V2) && \
	defined(CONFIG_ARCH_HAS_SYSCALL_WRAPPER) && !defined(CONFIG_LIVEPATCH)
#define UCHROOT_ENTRY		"sys_chroot"		/* compat as well */
#else
/*
 * armhf among them: registering the hook works there, and the system hangs. And
 * ppc64 with livepatches, where redirections take another way, see below.
 */
#error "unprivileged_chroot: this architecture is not supported"
#endif

/*
 * fchroot(2), from 7.3 on. The kernel's headers know its number if and only if
 * it has the call.
 */
#ifdef __NR_fchroot
#if defined(CONFIG_X86_64)
#define UCHROOT_FCHROOT_ENTRY	"__x64_sys_fchroot"
#ifdef CONFIG_IA32_EMULATION
#define UCHROOT_FCHROOT_COMPAT	"__ia32_sys_fchroot"
#endif
#elif defined(CONFIG_X86_32)
#define UCHROOT_FCHROOT_ENTRY	"__ia32_sys_fchroot"
#elif defined(CONFIG_ARM64)
#define UCHROOT_FCHROOT_ENTRY	"__arm64_sys_fchroot"
#elif defined(CONFIG_RISCV)
#define UCHROOT_FCHROOT_ENTRY	"__riscv_sys_fchroot"
#elif defined(CONFIG_S390)
#define UCHROOT_FCHROOT_ENTRY	"__s390x_sys_fchroot"
#elif defined(CONFIG_PPC64)
#define UCHROOT_FCHROOT_ENTRY	"sys_fchroot"
#endif
#endif

/*
 * Saving all registers is needed to redirect only where ftrace does not pass
 * the arguments anyway, and is refused or costs more where it does.
 */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define UCHROOT_FTRACE_REGS_FLAG	0
#else
#define UCHROOT_FTRACE_REGS_FLAG	FTRACE_OPS_FL_SAVE_REGS
#endif

/* Up to 5.10, see probes/ftrace_regs.c. */
#ifndef UCHROOT_HAVE_FTRACE_REGS
#define ftrace_regs	pt_regs
#endif

/*
 * What a wrong answer of a probe would spoil when the module runs, and not when
 * it is compiled, is asserted: the callback's registers here, the lock in compat.h.
 */
static_assert(__same_type(ftrace_func_t,
			  void (*)(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops,
				   struct ftrace_regs *fregs)));

/*
 * UCHROOT_REPLACEMENT() declares a function for calls to be redirected to, and
 * uchroot_landing() is the address that takes them there.
 *
 * On ppc64 ftrace gets there with the target's own address in the link
 * register, the way back in r0, and nothing in r12, by which a module's function
 * finds its data (arch/powerpc/kernel/trace/ftrace_entry.S; livepatches have a
 * way of their own there). So the target begins like the out-of-line stub of a
 * traced function: a BPF trampoline that was there before comes with the stub's
 * address, takes the traced function's from the branch in its second place, and
 * may call that itself (arch/powerpc/net/bpf_jit_comp.c). Whoever calls the entry
 * does it through a pointer, and so restores its own r2.
 */
#ifdef CONFIG_PPC64
#define UCHROOT_REPLACEMENT(function)					\
	static long __used function(const struct pt_regs *regs);	\
	long function##_landing(const struct pt_regs *regs);		\
	asm(".pushsection .text, \"ax\"\n"				\
	    ".balign 4\n"						\
	    ".globl " #function "_landing\n"				\
	    ".type " #function "_landing, @function\n"			\
	    #function "_landing:\n"					\
	    "	mtlr	0\n"						\
	    "	b	1f\n"						\
	    "1:	mflr	0\n"						\
	    "	bcl	20, 31, 2f\n"					\
	    "2:	mflr	12\n"						\
	    "	mtlr	0\n"						\
	    "	addis	12, 12, (" #function " - 2b)@ha\n"		\
	    "	addi	12, 12, (" #function " - 2b)@l\n"		\
	    "	mtctr	12\n"						\
	    "	bctr\n"							\
	    ".size " #function "_landing, . - " #function "_landing\n"	\
	    ".popsection")
#define uchroot_landing(function)	((unsigned long)function##_landing)
#else
#define UCHROOT_REPLACEMENT(function)					\
	static long function(const struct pt_regs *regs)
#define uchroot_landing(function)	((unsigned long)(function))
#endif

/*
 * The address at which the traced function's caller goes on. Without
 * WITH_ARGS the setter of struct ftrace_regs is an empty macro (arm64 6.1) or
 * absent, and the hook would silently never divert.
 */
static __always_inline void uchroot_redirect(struct ftrace_regs *fregs,
					     unsigned long ip)
{
#ifndef UCHROOT_HAVE_FTRACE_REGS
	instruction_pointer_set(fregs, ip);
#elif !defined(CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS)
	instruction_pointer_set(ftrace_get_regs(fregs), ip);
#elif defined(UCHROOT_HAVE_FTRACE_REGS_SET_IP)
	ftrace_regs_set_instruction_pointer(fregs, ip);
#else
	/* Up to 6.1, see probes/ftrace_regs_set_ip.c. */
	ftrace_instruction_pointer_set(fregs, ip);
#endif
}

/*
 * Exported from 6.2 on and in later releases of 6.1. An ops that is not
 * registered may have an empty filter, which takes no memory.
 */
#ifndef UCHROOT_HAVE_FTRACE_FREE_FILTER
#define ftrace_free_filter(ops)	((void)ftrace_set_filter(ops, NULL, 0, 1))
#endif

/*
 * The guard is needed where IBT is, and where a BPF trampoline and a hook may be
 * on the same function: up to 5.19 they exclude each other.
 */
#if defined(CONFIG_X86_KERNEL_IBT) && defined(UCHROOT_HAVE_FTRACE_OPS_FUNC) && \
	defined(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)
#define UCHROOT_HAVE_GUARD	1
#endif

/* See probes/ftrace_ops_func_ip.c. */
#ifdef UCHROOT_HAVE_FTRACE_OPS_FUNC_IP
#define UCHROOT_OPS_FUNC(function)					\
	int function(struct ftrace_ops *ops, unsigned long ip,		\
		     enum ftrace_ops_cmd cmd)
#else
#define UCHROOT_OPS_FUNC(function)					\
	int function(struct ftrace_ops *ops, enum ftrace_ops_cmd cmd)
#endif

/* Up to 6.3, see probes/ftrace_direct_ops.c. */
#ifndef UCHROOT_HAVE_FTRACE_DIRECT_OPS
#define register_ftrace_direct(ops, address) \
	register_ftrace_direct_multi(ops, address)
#define unregister_ftrace_direct(ops, address, free_filters) \
	unregister_ftrace_direct_multi(ops, address)
#endif

#endif
