// SPDX-License-Identifier: GPL-2.0
/*
 * What chroot(2) and fchroot(2) ask before they switch the root.
 *
 * Facts are gathered (facts.c, open_dirs.c), the rule is applied (policy.c), the
 * security modules are asked (mac.c), the verdict is told (report.c).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "judge.h"
#include "may_chroot.h"
#include "params.h"
#include "report.h"

/**
 * may_chroot() - may current make this directory its root?
 * @path: the directory; the caller may search it
 * @fd: the descriptor that @path came with, or -1
 *
 * Context: Process context, current is the caller. May sleep.
 * Return: 0, -EPERM, or the errno of a security module.
 */
int may_chroot(const struct path *path, int fd)
{
	if (uchroot_serves_current())
		return uchroot_judge(path, fd);
	return may_chroot_by_capability(path);
}

/* After all parameters of the command line are set and have their directory. */
static int __init uchroot_init(void)
{
	struct kobject *parent = NULL;
	int error = -ENOENT;

	/* Without memory for it at boot there is no /sys/module. */
	if (module_kset)
		parent = kset_find_obj(module_kset, KBUILD_MODNAME);
	uchroot_params_loaded();
	if (parent)
		error = uchroot_report_start(parent);
	if (error)
		pr_err("there are no counters (error %d)\n", error);
	kobject_put(parent);
	return error;
}
late_initcall(uchroot_init);
