// SPDX-License-Identifier: GPL-2.0
/*
 * From what was found out to a verdict: the module's conditions one by one,
 * then the module's own rule. The words are in conditions.c.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "prepare.h"

/* -- finding out ---------------------------------------------------------------- */

static void look(struct explanation *e, const char *path)
{
	bool shared;

	module_look(&e->module);
	/* kcmp(2) is among the first that filters forbid. */
	caller_look(&e->caller, e->as_is && e->seccomp.mode == 0);
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

/* What may bind a caller where the tunables cannot be seen. */
static const struct uchroot_tunables strictest = {
	.enabled = true,
	.require_cwd_beneath = 2,
	.require_trusted_root = true,
	.restrict_privileged = true,
	.require_no_new_privs = true,
	.require_unshared_fs = true,
	.require_beneath = true,
};

static void unask(struct condition *c)
{
	if (c->state == STATE_FAILED)
		add_words(c->detail, ", which does not matter here");
	c->asked = false;
	c->state = STATE_NOT_ASKED;
	c->advice[0] = '\0';
}

/*
 * The conditions that bind the caller. Some do so only with certain tunables,
 * or only when it is chrooted: when that is unknown, so is what they would say.
 */
static void find_asked(struct explanation *e, struct uchroot_facts *facts)
{
	const bool blind = e->module.loaded == UNKNOWN ||
			   e->caller.privileged == UNKNOWN;
	const struct uchroot_tunables *t = blind ? &strictest :
						   &e->module.tunables;
	const bool privileged = e->caller.privileged == YES;
	const unsigned int outside =
		uchroot_policy_conditions(t, privileged, false);
	const unsigned int inside =
		uchroot_policy_conditions(t, privileged, true);
	int i;

	facts->privileged = privileged;
	facts->conditions = e->caller.chrooted == NO ? outside : inside;
	for (i = 0; i < UCHROOT_REASONS; i++) {
		struct condition *c = &e->conditions[i];

		/* The kernel's own call asks the security modules as well. */
		c->asked = i == UCHROOT_MAC ||
			   facts->conditions & UCHROOT_BIT(i);
		if (c->state == STATE_FAILED && c->asked &&
		    (blind || (e->caller.chrooted == UNKNOWN &&
			       !(outside & UCHROOT_BIT(i))))) {
			c->state = STATE_UNKNOWN;
			add_words(c->detail,
				  "; whether that matters cannot be seen");
		}
		if (!c->asked)
			unask(c);
	}
	e->conditions[CONDITION_PATH].asked = true;
}

/* Who answers, as far as that can be told? */
static void find_judge(struct explanation *e)
{
	struct condition *module = &e->conditions[CONDITION_MODULE];
	const enum answer privileged = e->caller.privileged;
	const bool serves = uchroot_policy_serves(&e->module.tunables,
						  e->caller.no_new_privs != NO,
						  privileged == YES);

	e->by_module = e->module.loaded == YES && !serves ? NO :
							    e->module.loaded;
	/* Nobody but the module lets others in. */
	module->asked = e->by_module == YES || privileged != YES;
	if (!module->asked)
		unask(module);
	else if (privileged == UNKNOWN && module->state == STATE_FAILED)
		module->state = STATE_UNKNOWN;
}

/* One more that may stop the call: false when it does. */
static bool passes(struct explanation *e, int condition, enum state state,
		   int error)
{
	if (state == STATE_FAILED) {
		e->granted = NO;
		e->reason = condition;
		e->error = error;
		return false;
	}
	if (state != STATE_UNKNOWN)
		return true;
	e->certain = false;
	if (e->granted == YES && !e->conditions[condition].unlikely) {
		e->granted = UNKNOWN;
		e->reason = condition;
	}
	return true;
}

/* A filter comes before all else, and can answer anything. */
static bool passes_filter(struct explanation *e)
{
	const enum answer stops = e->seccomp.stops_chroot;
	const enum state state = stops == YES ? STATE_FAILED : STATE_UNKNOWN;
	struct condition *c = &e->conditions[UCHROOT_SECCOMP];

	if (stops == NO)
		return true;
	c->asked = true;
	if (c->state != STATE_FAILED)
		c->state = state;
	return passes(e, UCHROOT_SECCOMP, state, e->seccomp.error);
}

static bool passes_path(struct explanation *e)
{
	if (e->target.error) {
		/* There is nothing to compare with. */
		unask(&e->conditions[UCHROOT_NOT_BENEATH]);
		unask(&e->conditions[UCHROOT_UNTRUSTED_ROOT]);
		unask(&e->conditions[UCHROOT_CWD_OUTSIDE]);
	}
	return passes(e, CONDITION_PATH, e->conditions[CONDITION_PATH].state,
		      e->target.error);
}

/* The kernel's own rule or the module's? False: neither lets it pass. */
static bool passes_module(struct explanation *e)
{
	const enum answer privileged = e->caller.privileged;

	if (privileged == YES)
		return true;
	if (!passes(e, CONDITION_MODULE, e->conditions[CONDITION_MODULE].state,
		    EPERM))
		return false;
	return e->by_module != NO ||
	       passes(e, UCHROOT_NO_NEW_PRIVS,
		      privileged == UNKNOWN ? STATE_UNKNOWN : STATE_FAILED,
		      EPERM);
}

static bool passes_policy(struct explanation *e, struct uchroot_facts *facts)
{
	int reason, i;

	for (i = 0; i < UCHROOT_REASONS; i++)
		if (e->conditions[i].state == STATE_FAILED)
			facts->failed |= UCHROOT_BIT(i);
	reason = uchroot_policy_decide(facts);
	/* An unknown one that is judged before may be the reason instead. */
	for (i = 0; i < (reason ? reason : UCHROOT_MAC); i++)
		if (e->conditions[i].asked)
			passes(e, i, e->conditions[i].state, EPERM);
	return !reason || passes(e, reason, STATE_FAILED, EPERM);
}

static void judge(struct explanation *e)
{
	struct uchroot_facts facts = { .failed = 0 };

	e->granted = YES;
	e->certain = true;
	e->reason = UCHROOT_ALLOWED;
	find_asked(e, &facts);
	find_judge(e);

	/* uchroot looks the path up before it calls, to go there. */
	if ((e->as_is && !passes_filter(e)) || !passes_path(e) ||
	    (!e->as_is && !passes_filter(e))) {
		e->by_module = NO;
		return;
	}
	if (!passes_module(e))
		return;
	if (e->by_module != NO && !passes_policy(e, &facts))
		return;
	passes(e, UCHROOT_MAC, e->conditions[UCHROOT_MAC].state, 0);
}

static void begin(struct explanation *e, const char *newroot)
{
	memset(e, 0, sizeof(*e));
	e->newroot = newroot;
	seccomp_look(&e->seccomp, false);
	directories_list(&e->directories);
}

static void end(struct explanation *e, const char *path)
{
	look(e, path);
	conditions_fill(e);
	judge(e);
}

void explain(struct explanation *e, const char *newroot, bool as_is,
	     bool no_new_privs)
{
	begin(e, newroot);
	e->as_is = as_is;
	if (!as_is)
		prepare(no_new_privs);
	end(e, newroot);
}

void explain_refusal(struct explanation *e, const char *newroot,
		     const char *path)
{
	begin(e, newroot);
	end(e, path);
}
