// SPDX-License-Identifier: GPL-2.0
/*
 * From what was found out to a verdict: the module's conditions one by one,
 * then the module's own rule. The words are in conditions.c.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "uchroot.h"

const char *condition_name(int condition)
{
	switch (condition) {
	case CONDITION_PATH:
		return "path";
	case CONDITION_MODULE:
		return "module";
	default:
		return uchroot_reason_name(condition);
	}
}

/* -- finding out ---------------------------------------------------------------- */

static void look(struct explanation *e, const char *path)
{
	bool shared;

	module_look(&e->module);
	caller_look(&e->caller, e->as_is);
	/* From here on the working directory is this process's own. */
	shared = unshare(CLONE_FS) != 0;
	if (!shared && !e->as_is)
		e->caller.shares_fs = NO;
	target_look(&e->target, path, shared);
	/* uchroot goes there before it calls. */
	if (!e->as_is && !e->target.error)
		e->target.cwd = YES;
}

/* -- judging ---------------------------------------------------------------------- */

/*
 * The conditions that bind the caller. Two depend on whether it is chrooted:
 * when that is unknown, so is what they would say.
 */
static void find_asked(struct explanation *e, struct uchroot_facts *facts)
{
	const struct uchroot_tunables *t = &e->module.tunables;
	const bool privileged = e->caller.privileged;
	const unsigned int outside =
		uchroot_policy_conditions(t, privileged, false);
	const unsigned int inside =
		uchroot_policy_conditions(t, privileged, true);
	int i;

	facts->privileged = privileged;
	facts->conditions = e->caller.chrooted == NO ? outside : inside;
	for (i = 0; i < UCHROOT_REASONS; i++) {
		struct condition *c = &e->conditions[i];

		c->asked = facts->conditions & UCHROOT_BIT(i);
		if (e->caller.chrooted == UNKNOWN && c->asked &&
		    !(outside & UCHROOT_BIT(i)) && c->state == STATE_FAILED)
			c->state = STATE_UNKNOWN;
	}
	e->conditions[CONDITION_PATH].asked = true;
	/* The kernel's own call asks the security modules as well. */
	e->conditions[UCHROOT_MAC].asked = true;
}

/* Could an unknown condition, judged before this one, be the reason instead? */
static bool unknown_before(const struct explanation *e, int reason)
{
	int i;

	for (i = UCHROOT_ALLOWED + 1; i < UCHROOT_REASONS; i++) {
		if (reason != UCHROOT_ALLOWED && i >= reason)
			break;
		if (e->conditions[i].asked &&
		    e->conditions[i].state == STATE_UNKNOWN)
			return true;
	}
	return false;
}

static void refused(struct explanation *e, int reason, int error)
{
	e->granted = false;
	e->reason = reason;
	e->error = error;
}

static void judge_by_kernel(struct explanation *e)
{
	const struct condition *module = &e->conditions[CONDITION_MODULE];

	e->by_module = false;
	if (e->caller.privileged) {
		e->certain = e->conditions[UCHROOT_MAC].state == STATE_OK;
		return;
	}
	/* Nobody but the module lets this caller in. */
	e->conditions[CONDITION_MODULE].asked = true;
	if (module->state == STATE_FAILED)
		refused(e, CONDITION_MODULE, EPERM);
	else
		refused(e, UCHROOT_NO_NEW_PRIVS, EPERM);
}

static void judge_by_module(struct explanation *e, struct uchroot_facts *facts)
{
	int i;

	e->by_module = true;
	e->conditions[CONDITION_MODULE].asked = true;
	for (i = 0; i < UCHROOT_REASONS; i++)
		if (e->conditions[i].state == STATE_FAILED)
			facts->failed |= UCHROOT_BIT(i);
	e->reason = uchroot_policy_decide(facts);
	if (e->reason != UCHROOT_ALLOWED)
		refused(e, e->reason, EPERM);
	e->certain = !unknown_before(e, e->reason) &&
		     e->conditions[CONDITION_MODULE].state == STATE_OK;
}

/* What happens before anybody decides. */
static void refuse_early(struct explanation *e)
{
	const bool stopped = e->caller.seccomp_stops_chroot != NO;

	if (e->target.error) {
		refused(e, CONDITION_PATH, e->target.error);
		e->by_module = false;
		e->certain = true;
		/* There is nothing to compare with. */
		e->conditions[UCHROOT_NOT_BENEATH].asked = false;
		e->conditions[UCHROOT_CWD_OUTSIDE].asked = false;
	}
	/*
	 * A filter comes before the lookup, and can answer anything. But
	 * uchroot has looked the path up already, to go there.
	 */
	if (stopped && (e->as_is || !e->target.error)) {
		refused(e, UCHROOT_SECCOMP, 0);
		e->conditions[UCHROOT_SECCOMP].asked = true;
		e->by_module = false;
		e->certain = e->caller.seccomp_stops_chroot == YES;
	}
}

static void judge(struct explanation *e)
{
	struct uchroot_facts facts = { .failed = 0 };

	e->granted = true;
	e->certain = true;
	e->reason = UCHROOT_ALLOWED;
	find_asked(e, &facts);

	if (e->module.loaded != NO &&
	    uchroot_policy_serves(&e->module.tunables, e->caller.no_new_privs,
				  e->caller.privileged)) {
		judge_by_module(e, &facts);
	} else {
		judge_by_kernel(e);
	}
	refuse_early(e);
}

void explain(struct explanation *e, const char *newroot, bool as_is,
	     bool no_new_privs)
{
	memset(e, 0, sizeof(*e));
	e->newroot = newroot;
	e->as_is = as_is;
	directories_list(&e->directories);
	if (!as_is)
		prepare(no_new_privs);
	look(e, newroot);
	conditions_fill(e);
	judge(e);
}

void explain_refusal(struct explanation *e, const char *newroot,
		     const char *path)
{
	memset(e, 0, sizeof(*e));
	e->newroot = newroot;
	directories_list(&e->directories);
	look(e, path);
	conditions_fill(e);
	judge(e);
}
