// SPDX-License-Identifier: GPL-2.0
/*
 * Telling what was decided: counters, trace event, kernel log, audit.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/audit.h>
#include <linux/compiler.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/path.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "policy.h"
#include "report.h"

#define CREATE_TRACE_POINTS
#include "trace_chroot.h"

/* -- counters -------------------------------------------------------------- */

/*
 * One for each verdict and reason, a copy for each processor: no cache line
 * is passed around, and a 32-bit kernel's counters wrap at 2^32.
 */
static DEFINE_PER_CPU(unsigned long [UCHROOT_REASONS], counters);

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buffer);

#define COUNTER(name) __ATTR(name, 0444, counter_show, NULL)

/* Everybody may read them: they say nothing about any one caller. */
static struct kobj_attribute counter_attributes[UCHROOT_REASONS] = {
	[UCHROOT_ALLOWED]	 = COUNTER(allowed),
	[UCHROOT_NO_NEW_PRIVS]	 = COUNTER(refused_no_new_privs),
	[UCHROOT_USER_NAMESPACE] = COUNTER(refused_user_namespace),
	[UCHROOT_GROUP]		 = COUNTER(refused_group),
	[UCHROOT_SECCOMP]	 = COUNTER(refused_seccomp),
	[UCHROOT_SHARED_FS]	 = COUNTER(refused_shared_fs),
	[UCHROOT_NESTED]	 = COUNTER(refused_nested),
	[UCHROOT_NOT_BENEATH]	 = COUNTER(refused_not_beneath),
	[UCHROOT_UNTRUSTED_ROOT] = COUNTER(refused_untrusted_root),
	[UCHROOT_OPEN_DIRECTORY] = COUNTER(refused_open_directory),
	[UCHROOT_SHARED_FILES]	 = COUNTER(refused_shared_files),
	[UCHROOT_CWD_OUTSIDE]	 = COUNTER(refused_cwd_outside),
	[UCHROOT_MAC]		 = COUNTER(refused_mac),
};

static struct kobject *stats;

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buffer)
{
	const ptrdiff_t reason = attr - counter_attributes;
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(counters[reason], cpu));
	return sysfs_emit(buffer, "%llu\n", sum);
}

/**
 * uchroot_report_start() - make the counters visible
 * @parent: the directory in /sys/module
 *
 * Context: Process context, initialisation. May sleep.
 * Return: 0 or a negative errno; nothing is left behind on error.
 */
int uchroot_report_start(struct kobject *parent)
{
	int error;
	int i;

	stats = kobject_create_and_add("stats", parent);
	if (!stats)
		return -ENOMEM;

	for (i = 0; i < UCHROOT_REASONS; i++) {
		sysfs_attr_init(&counter_attributes[i].attr);
		error = sysfs_create_file(stats, &counter_attributes[i].attr);
		if (error) {
			uchroot_report_stop();
			return error;
		}
	}
	return 0;
}

/**
 * uchroot_report_stop() - take the counters away
 *
 * Context: Process context. Sleeps until nobody reads them.
 */
void uchroot_report_stop(void)
{
	/*
	 * Removes the files now. Left to kobject_put(), that may happen after
	 * the module is gone, when somebody else holds a reference.
	 */
	kobject_del(stats);
	kobject_put(stats);
}

/*
 * What the caller chose (its name, the path) must not be able to end a line,
 * close a quotation, or speak to the terminal that shows it. Longer text is cut
 * off; without memory there is none.
 */
static const char *escape(const char *text, char *buffer, size_t size)
{
	/* Quotes and backslashes first, then all that is not printable. */
	char *quotable = kstrdup_quotable(text, GFP_KERNEL);
	int length = 0;

	if (quotable)
		length = string_escape_mem(quotable, strlen(quotable), buffer,
					   size - 1, ESCAPE_HEX | ESCAPE_NP,
					   NULL);
	buffer[min_t(size_t, length, size - 1)] = '\0';
	kfree(quotable);
	return buffer;
}

/* -- trace event ----------------------------------------------------------- */

/* An event must fit into a page, or into 2 KiB for perf on old kernels. */
#define TRACE_PATH_SIZE	1024

static noinline void trace(enum uchroot_reason reason, const struct path *path)
{
	const uid_t uid = from_kuid(&init_user_ns, current_uid());
	const char *name = "";
	char *buffer;

	/* The event is worth having even when there is no memory for a name. */
	buffer = kmalloc(PATH_MAX + TRACE_PATH_SIZE, GFP_KERNEL);
	if (buffer) {
		name = d_path(path, buffer, PATH_MAX);
		name = IS_ERR(name) ? "(too long)" :
		       escape(name, buffer + PATH_MAX, TRACE_PATH_SIZE);
	}
	trace_chroot_decision(reason == UCHROOT_ALLOWED,
			      uchroot_reason_name(reason), uid, name);
	kfree(buffer);
}

/* -- kernel log and audit --------------------------------------------------- */

/*
 * A user can cause as many refusals as he likes. Grants have a limit of their
 * own, so that a flood of refusals does not hide one. The log is a convenience:
 * other users' lines may be among those left out. Audit has all of them, and
 * limits that are the administrator's.
 */
static struct ratelimit_state log_limits[] = {
	RATELIMIT_STATE_INIT(log_refused, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST),
	RATELIMIT_STATE_INIT(log_allowed, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST),
};

static noinline void log_decision(enum uchroot_reason reason)
{
	const bool allowed = reason == UCHROOT_ALLOWED;
	char comm[TASK_COMM_LEN];
	char escaped[TASK_COMM_LEN * 4];

	if (!__ratelimit(&log_limits[allowed]))
		return;

	get_task_comm(comm, current);
	pr_notice("%s: reason=%s pid=%d uid=%u comm=\"%s\"\n",
		  allowed ? "allowed" : "refused", uchroot_reason_name(reason),
		  task_tgid_nr(current),
		  from_kuid(&init_user_ns, current_uid()),
		  escape(comm, escaped, sizeof(escaped)));
}

static noinline void audit_decision(enum uchroot_reason reason)
{
	struct audit_buffer *ab;

	ab = audit_log_start(audit_context(), GFP_KERNEL, AUDIT_KERNEL_OTHER);
	if (!ab)
		return;
	audit_log_format(ab, "op=chroot module=%s reason=%s", KBUILD_MODNAME,
			 uchroot_reason_name(reason));
	/* pid, uid, auid, ses, comm, exe, subj, encoded as audit does it */
	audit_log_task_info(ab);
	audit_log_format(ab, " res=%d", reason == UCHROOT_ALLOWED);
	audit_log_end(ab);
}

/**
 * uchroot_report() - tell a verdict to all who watch
 * @reason: the verdict
 * @path: the directory that was asked for
 * @log: the value of the "log" parameter for this call
 *
 * Called before the root is switched, so that the path is told as the caller
 * sees it. Those who watch are told out of line, to keep the way short where
 * nobody does.
 *
 * Context: Process context, current is the caller, no locks held. May sleep.
 */
void uchroot_report(enum uchroot_reason reason, const struct path *path,
		    int log)
{
	const int level = reason == UCHROOT_ALLOWED ? UCHROOT_LOG_GRANTS :
						      UCHROOT_LOG_REFUSALS;

	this_cpu_inc(counters[reason]);
	if (trace_chroot_decision_enabled())
		trace(reason, path);
	if (log >= level)
		log_decision(reason);
	if (audit_enabled)
		audit_decision(reason);
}
