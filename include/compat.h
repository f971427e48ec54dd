/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels and architectures, and nothing else. The rest
 * of the module is written for the newest form of each interface.
 */
#ifndef UCHROOT_COMPAT_H
#define UCHROOT_COMPAT_H

#include <linux/compat.h>
#include <linux/fs_struct.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/spinlock.h>

/*
 * A kernel without these cannot run the module at all. dkms.conf names the
 * same options, so that DKMS skips such a kernel without an error.
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

/*
 * The entries of chroot(2) and where they keep the path's address. The
 * wrappers of the architectures are in arch/.../include/asm/syscall_wrapper.h.
 */
#ifdef CONFIG_X86_64
#define UCHROOT_ENTRY		"__x64_sys_chroot"	/* x32 enters here too */
#ifdef CONFIG_IA32_EMULATION
#define UCHROOT_COMPAT_ENTRY	"__ia32_sys_chroot"	/* int 0x80 */
#endif
#else
#error "unprivileged_chroot: this architecture is not supported"
#endif

static inline const char __user *uchroot_path_argument(const struct pt_regs *regs)
{
	/*
	 * Which entry it was is a state of the task, not of the registers: a
	 * 64-bit program may use int 0x80 as well. Only 32 bits count there.
	 */
	if (in_ia32_syscall())
		return compat_ptr(regs->bx);
	return (const char __user *)regs->di;
}

/*
 * Saving all registers is needed to redirect only where ftrace does not pass
 * the arguments anyway, and is refused or costs more where it does.
 */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define UCHROOT_FTRACE_REGS_FLAG	0
#define uchroot_redirect(fregs, ip)	ftrace_instruction_pointer_set(fregs, ip)
#else
#define UCHROOT_FTRACE_REGS_FLAG	FTRACE_OPS_FL_SAVE_REGS
/* The setter of struct ftrace_regs is an empty macro here. */
#define uchroot_redirect(fregs, ip) \
	instruction_pointer_set(ftrace_get_regs(fregs), ip)
#endif

/* The number of users, which only fs->lock makes a number to rely on. */
static inline int uchroot_fs_users(struct fs_struct *fs)
{
	int users;

	spin_lock(&fs->lock);
	users = fs->users;
	spin_unlock(&fs->lock);
	return users;
}

#endif
