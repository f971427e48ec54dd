// SPDX-License-Identifier: GPL-2.0
/*
 * Finding the few kernel functions that are not exported.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "hook_compat.h"
#include "ksyms.h"

DEFINE_STATIC_CALL_NULL(uchroot_set_fs_root, set_fs_root);
DEFINE_STATIC_CALL_NULL(uchroot_current_chrooted, current_chrooted);
DEFINE_STATIC_CALL_NULL(uchroot_security_path_chroot, security_path_chroot);
DEFINE_STATIC_CALL_NULL(uchroot_security_capable, security_capable);

/* A kprobe is moved past what must stay first: 4 bytes of ENDBR on x86. */
#define LARGEST_KPROBE_SHIFT	16

enum {
	SET_FS_ROOT,
	CURRENT_CHROOTED,
	SECURITY_PATH_CHROOT,
	SECURITY_CAPABLE,
	SYMBOLS
};

static const char *const symbol_names[SYMBOLS] __initconst = {
	[SET_FS_ROOT]		= "set_fs_root",
	[CURRENT_CHROOTED]	= "current_chrooted",
	[SECURITY_PATH_CHROOT]	= "security_path_chroot",
	[SECURITY_CAPABLE]	= "security_capable",
};

/*
 * The true start of the function in which a kprobe was placed at offset 0.
 * Call depth tracking looks at the padding before a call's target and warns
 * about a target behind the start.
 */
static void __init *function_start(const struct kprobe *probe)
{
	const unsigned long address = (unsigned long)probe->addr;
	char symbol[KSYM_SYMBOL_LEN];	/* "name+0x4/0x50" */
	unsigned long offset;
	char *number, *end;

	sprint_symbol(symbol, address);
	number = strchr(symbol, '+');
	if (!number)
		return NULL;
	end = strchr(++number, '/');
	if (!end)
		return NULL;
	*end = '\0';
	if (kstrtoul(number, 16, &offset) || offset > LARGEST_KPROBE_SHIFT)
		return NULL;
	return (void *)(address - offset);
}

/**
 * uchroot_ksyms_look_up() - the addresses of kernel functions
 * @names: their names
 * @addresses: filled in
 * @count: how many, at most UCHROOT_KSYMS_MAX
 *
 * By kprobes that are never armed: no text is patched for it.
 *
 * Context: Process context, module initialisation. May sleep.
 * Return: 0, or an errno after a message that names the missing function.
 */
int __init uchroot_ksyms_look_up(const char *const names[], void *addresses[],
				 int count)
{
	struct kprobe probes[UCHROOT_KSYMS_MAX] = {};
	struct kprobe *registered[UCHROOT_KSYMS_MAX];
	int error = 0;
	int i, n;

	for (n = 0; n < count; n++) {
		probes[n].symbol_name = names[n];
		probes[n].flags = KPROBE_FLAG_DISABLED;
		error = register_kprobe(&probes[n]);
		if (error) {
			pr_err("cannot load: the kernel function %s %s (error %d)\n",
			       names[n],
			       error == -ENOENT ? "was not found" :
						  "cannot be looked up", error);
			break;
		}
		registered[n] = &probes[n];
	}

	for (i = 0; i < n && !error; i++) {
		addresses[i] = function_start(&probes[i]);
		if (!addresses[i]) {
			pr_err("cannot load: the start of the kernel function %s was not found\n",
			       names[i]);
			error = -ENOENT;
		}
	}

	if (n)
		unregister_kprobes(registered, n);
	return error;
}

/**
 * uchroot_ksyms_resolve() - make the static calls in ksyms.h callable
 *
 * Context: Process context, module initialisation. May sleep.
 * Return: 0, or an errno after a message that names the missing function.
 */
int __init uchroot_ksyms_resolve(void)
{
	void *addresses[SYMBOLS];
	int error;

	BUILD_BUG_ON(SYMBOLS > UCHROOT_KSYMS_MAX);
	error = uchroot_ksyms_look_up(symbol_names, addresses, SYMBOLS);
	if (error)
		return error;

#define RESOLVE(function, symbol) \
	static_call_update(uchroot_##function, \
			   (typeof(&function))addresses[symbol])

	RESOLVE(set_fs_root, SET_FS_ROOT);
	RESOLVE(current_chrooted, CURRENT_CHROOTED);
	RESOLVE(security_path_chroot, SECURITY_PATH_CHROOT);
	RESOLVE(security_capable, SECURITY_CAPABLE);
#undef RESOLVE
	return 0;
}
