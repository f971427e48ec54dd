// SPDX-License-Identifier: GPL-2.0
/*
 * The tunables in /sys/module/unprivileged_chroot/parameters and what they
 * accept. A value that is refused leaves the old one in place.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sysfs.h>

#include "params.h"

struct uchroot_tunables uchroot_params __read_mostly = {
	.enabled		= true,
	.allow_open_directories	= 1,
	.allow_nested		= false,
	.require_cwd_beneath	= 1,
	.allow_seccomp		= false,
	.allow_user_namespaces	= false,
	.allowed_group		= UCHROOT_EVERYONE,
	.require_trusted_root	= false,
	.restrict_privileged	= false,
	.log			= UCHROOT_LOG_REFUSALS,
	.require_no_new_privs	= true,
	.require_unshared_fs	= true,
	.require_beneath	= true,
};

/* Everything binds everybody, until it has been found out what does. */
u32 uchroot_params_conditions[2] __read_mostly = { ~0U, ~0U };

static void find_conditions(void)
{
	const struct uchroot_tunables *params = &uchroot_params;
	int i;

	static_assert(UCHROOT_REASONS <= UCHROOT_CHROOTED_SHIFT);
	for (i = 0; i < 2; i++)
		WRITE_ONCE(uchroot_params_conditions[i],
			   uchroot_policy_conditions(params, i, false) |
			   uchroot_policy_conditions(params, i, true)
				   << UCHROOT_CHROOTED_SHIFT);
}

/*
 * The lock closes when loading is over, so that "locked=Y" on the command line
 * may stand anywhere among the other parameters. Both are written under the
 * kernel's lock for these parameters or before anyone can take it.
 */
static bool locked;
static bool loaded;

static bool writable(void)
{
	return !(loaded && locked);
}

static int set_bool(const char *value, const struct kernel_param *kp)
{
	bool parsed;
	int error;

	if (!writable())
		return -EPERM;

	/* "enabled" alone on the command line is "enabled=Y". */
	error = kstrtobool(value ?: "y", &parsed);
	if (error)
		return error;
	WRITE_ONCE(*(bool *)kp->arg, parsed);
	find_conditions();
	return 0;
}

/*
 * The kernel's own mark for such parameters taints at every write, also one of
 * the default and one that is refused.
 */
static int set_unsafe_bool(const char *value, const struct kernel_param *kp)
{
	const int error = set_bool(value, kp);

	if (!error && !*(bool *)kp->arg) {
		pr_notice("Setting dangerous option %s - tainting kernel\n",
			  kp->name);
		add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	}
	return error;
}

static int set_int_between(const char *value, const struct kernel_param *kp,
			   int lowest, int highest)
{
	int parsed;
	int error;

	if (!writable())
		return -EPERM;

	error = kstrtoint(value, 0, &parsed);
	if (error)
		return error;
	if (parsed < lowest || parsed > highest)
		return -EINVAL;
	WRITE_ONCE(*(int *)kp->arg, parsed);
	find_conditions();
	return 0;
}

static int set_any_int(const char *value, const struct kernel_param *kp)
{
	return set_int_between(value, kp, INT_MIN, INT_MAX);
}

static int set_level(const char *value, const struct kernel_param *kp)
{
	return set_int_between(value, kp, 0, 2);
}

/* A gid is unsigned and may exceed INT_MAX; -1 as a gid means "no group". */
static int set_group(const char *value, const struct kernel_param *kp)
{
	long long parsed;
	int error;

	if (!writable())
		return -EPERM;

	error = kstrtoll(value, 0, &parsed);
	if (error)
		return error;
	if (parsed < -1 || parsed >= UCHROOT_EVERYONE)
		return -EINVAL;
	WRITE_ONCE(*(unsigned int *)kp->arg, (unsigned int)parsed);
	find_conditions();
	return 0;
}

static int get_group(char *buffer, const struct kernel_param *kp)
{
	const unsigned int group = READ_ONCE(*(unsigned int *)kp->arg);

	if (group == UCHROOT_EVERYONE)
		return sysfs_emit(buffer, "-1\n");
	return sysfs_emit(buffer, "%u\n", group);
}

static const struct kernel_param_ops bool_ops = {
	.flags	= KERNEL_PARAM_OPS_FL_NOARG,
	.set	= set_bool,
	.get	= param_get_bool,
};

static const struct kernel_param_ops unsafe_bool_ops = {
	.flags	= KERNEL_PARAM_OPS_FL_NOARG,
	.set	= set_unsafe_bool,
	.get	= param_get_bool,
};

static const struct kernel_param_ops any_int_ops = {
	.set	= set_any_int,
	.get	= param_get_int,
};

static const struct kernel_param_ops level_ops = {
	.set	= set_level,
	.get	= param_get_int,
};

static const struct kernel_param_ops group_ops = {
	.set	= set_group,
	.get	= get_group,
};

/* Everybody may read how the host is set up; it is no secret. */
module_param_cb(enabled, &bool_ops, &uchroot_params.enabled, 0644);
MODULE_PARM_DESC(enabled, "Serve chroot(2) for callers without CAP_SYS_CHROOT (default Y)");
module_param_cb(allow_open_directories, &any_int_ops,
		&uchroot_params.allow_open_directories, 0644);
MODULE_PARM_DESC(allow_open_directories, "Callers with a directory open: 0 refuse, 1 refuse when already chrooted, other values allow (default 1)");
module_param_cb(allow_nested, &bool_ops, &uchroot_params.allow_nested, 0644);
MODULE_PARM_DESC(allow_nested, "Serve callers that are chrooted already; outer chroots are then no boundary (default N)");
module_param_cb(require_cwd_beneath, &level_ops,
		&uchroot_params.require_cwd_beneath, 0644);
MODULE_PARM_DESC(require_cwd_beneath, "The working directory must be beneath the new root: 0 never, 1 when already chrooted, 2 always (default 1)");
module_param_cb(allow_seccomp, &bool_ops, &uchroot_params.allow_seccomp, 0644);
MODULE_PARM_DESC(allow_seccomp, "Serve callers that run under seccomp (default N)");
module_param_cb(allow_user_namespaces, &bool_ops,
		&uchroot_params.allow_user_namespaces, 0644);
MODULE_PARM_DESC(allow_user_namespaces, "Serve callers outside the initial user namespace (default N)");
module_param_cb(allowed_group, &group_ops, &uchroot_params.allowed_group, 0644);
MODULE_PARM_DESC(allowed_group, "Serve only members of this gid of the initial user namespace, -1 everyone (default -1)");
module_param_cb(require_trusted_root, &bool_ops,
		&uchroot_params.require_trusted_root, 0644);
MODULE_PARM_DESC(require_trusted_root, "The new root must be a directory that only the administrator can change (default N)");
module_param_cb(restrict_privileged, &bool_ops,
		&uchroot_params.restrict_privileged, 0644);
MODULE_PARM_DESC(restrict_privileged, "Bind callers with CAP_SYS_CHROOT to allow_open_directories (default N)");
module_param_cb(log, &level_ops, &uchroot_params.log, 0644);
MODULE_PARM_DESC(log, "Kernel log: 0 nothing, 1 refusals, 2 grants too (default 1)");
module_param_cb(require_no_new_privs, &unsafe_bool_ops,
		&uchroot_params.require_no_new_privs, 0644);
MODULE_PARM_DESC(require_no_new_privs, "Serve only callers with no_new_privs; N is unsafe (default Y)");
module_param_cb(require_unshared_fs, &unsafe_bool_ops,
		&uchroot_params.require_unshared_fs, 0644);
MODULE_PARM_DESC(require_unshared_fs, "The fs_struct must have no other user; N is unsafe (default Y)");
module_param_cb(require_beneath, &unsafe_bool_ops,
		&uchroot_params.require_beneath, 0644);
MODULE_PARM_DESC(require_beneath, "The new root must be beneath the current one; N is unsafe (default Y)");
module_param_cb(locked, &bool_ops, &locked, 0644);
MODULE_PARM_DESC(locked, "Once Y, no parameter can be changed until the module is unloaded (default N)");

/**
 * uchroot_params_loaded() - all parameters given at load have been set
 *
 * From now on "locked" means it, and the conditions are known.
 *
 * Context: Process context, initialisation. Takes the lock of these parameters,
 * since sysfs can write them already.
 */
void uchroot_params_loaded(void)
{
	kernel_param_lock(THIS_MODULE);
	find_conditions();
	loaded = true;
	kernel_param_unlock(THIS_MODULE);
}
