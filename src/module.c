// SPDX-License-Identifier: GPL-2.0
/*
 * chroot(2) for callers without CAP_SYS_CHROOT: loading and unloading.
 *
 * A call goes from hook.c to chroot.c, which looks its path up and has it judged
 * (judge.h): the facts gathered (facts.c, open_dirs.c), the rule applied
 * (policy.c), the security modules asked (mac.c) and the verdict told (report.c).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>

#include "hook.h"
#include "ksyms.h"
#include "params.h"
#include "report.h"

static int __init uchroot_init(void)
{
	int error;

	error = uchroot_ksyms_resolve();
	if (error)
		return error;

	error = uchroot_report_start(&THIS_MODULE->mkobj.kobj);
	if (error)
		return error;

	uchroot_params_loaded();

	/* Last: from here on calls are served, and nothing may fail. */
	error = uchroot_hook_install();
	if (error)
		goto stop_report;
	return 0;

stop_report:
	uchroot_report_stop();
	return error;
}

static void __exit uchroot_exit(void)
{
	uchroot_hook_remove();
	uchroot_report_stop();
}

module_init(uchroot_init);
module_exit(uchroot_exit);

MODULE_DESCRIPTION("chroot(2) for callers without CAP_SYS_CHROOT");
MODULE_AUTHOR("The unprivileged_chroot developers");
MODULE_VERSION(UCHROOT_VERSION);
MODULE_LICENSE("GPL");
