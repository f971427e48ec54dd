// SPDX-License-Identifier: GPL-2.0
/*
 * Each condition in words: does it hold, what was found, and what to do.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conditions.h"
#include "identity.h"

/* -- before the policy -------------------------------------------------------- */

static void path_condition(struct explanation *e, struct condition *c)
{
	const struct target *t = &e->target;

	if (!t->error) {
		found(c, STATE_OK, "%s", t->path[0] ? t->path : e->newroot);
		return;
	}
	found(c, STATE_FAILED, "%.400s: %s", t->failed, strerror(t->error));
	switch (t->error) {
	case ENOENT:
		advise(c,
		       t->failed[0] != '/' &&
				       !strcmp(e->caller.cwd, "(deleted)") ?
			       "the working directory is gone: go elsewhere" :
			       "make the directory, or correct the name");
		break;
	case EACCES:
		advise(c,
		       "ask the owner for search permission; namei -l shows who that is");
		break;
	case ENOTDIR:
		advise(c, "name a directory");
		break;
	case ELOOP:
	case ENAMETOOLONG:
	case EIO:
		break;
	default: /* It says nothing about the path, or not for long. */
		c->state = STATE_UNKNOWN;
	}
}

static void module_condition(struct explanation *e, struct condition *c)
{
	if (e->module.loaded == UNKNOWN) {
		found(c, STATE_UNKNOWN, "cannot be seen: %s",
		      e->module.error ? strerror(e->module.error) :
					"there is no /sys here");
		advise(c, "look from outside: lsmod, and ls " PARAMETERS);
	} else if (e->module.loaded == NO) {
		found(c, STATE_FAILED, "unprivileged_chroot is not loaded");
		advise(c, "as root, modprobe unprivileged_chroot");
	} else if (!e->module.tunables.enabled) {
		found(c, STATE_FAILED, "switched off");
		advise_tunable(c, &e->module, "or", "enabled=Y");
	} else {
		found(c, STATE_OK, "loaded%s",
		      e->module.locked ? ", and its parameters are locked" :
					 "");
	}
}

/* -- the policy, in its order --------------------------------------------------- */

static void no_new_privs(struct explanation *e, struct condition *c)
{
	answered(c, e->caller.no_new_privs,
		 e->as_is ? "set" : "set, by uchroot if not before", "not set",
		 "cannot be seen");
	if (c->state == STATE_FAILED)
		advise(c,
		       "start the program with setpriv --no-new-privs, with NoNewPrivileges=yes in its systemd unit, or with uchroot");
}

static void user_namespace(struct explanation *e, struct condition *c)
{
	answered(c, e->caller.initial_user_namespace, "the initial one",
		 "inside another than the initial one",
		 "cannot be seen: /proc does not show it");
	if (c->state == STATE_FAILED) {
		advise(c,
		       "start it outside (no unshare -r, bubblewrap, rootless container)");
		advise_tunable(c, &e->module, "or", "allow_user_namespaces=Y");
	}
}

static void group(struct explanation *e, struct condition *c)
{
	const gid_t gid = e->module.tunables.allowed_group;
	enum answer member;
	char *name;

	if (e->module.loaded == UNKNOWN) {
		found(c, STATE_UNKNOWN, "whether everybody may cannot be seen");
		return;
	}
	if (gid == UCHROOT_EVERYONE) {
		found(c, STATE_OK, "everybody may");
		return;
	}
	member = caller_in_group(&e->caller, gid);
	name = group_name(gid);
	found(c, state_of(member), "%s group %u%s%s%s",
	      member == YES ? "in" :
	      member == NO  ? "not in" :
			      "perhaps not in",
	      gid, name ? " (" : "", name ? name : "", name ? ")" : "");
	if (member == NO) {
		advise(c, "as root, adduser USER %s; then log in again",
		       name ? name : "GROUP");
		advise_tunable(c, &e->module, "or", "allowed_group=-1");
	}
	free(name);
}

static void seccomp(struct explanation *e, struct condition *c)
{
	const enum answer stops = e->seccomp.stops_chroot;

	if (e->seccomp.mode == 0) {
		found(c, STATE_OK, "no filter");
		return;
	}
	if (e->seccomp.mode < 0 && stops != YES) {
		found(c, STATE_UNKNOWN,
		      "cannot be seen: /proc does not show it");
		return;
	}
	found(c, STATE_FAILED, "under a filter%s",
	      e->seccomp.kills ? " that kills whoever calls chroot" :
	      stops == YES     ? " that does not let chroot through" :
	      stops == UNKNOWN ? "; what it does to chroot cannot be tried" :
				 "");
	if (stops == YES)
		advise(c, "let it through (systemd: SystemCallFilter=chroot)");
	else
		advise(c,
		       "start it without the filter (systemd: SystemCallFilter=, Restrict...=, Lock...=, Private...= make one)");
	if (e->caller.privileged == YES || e->module.tunables.allow_seccomp)
		return;
	advise_tunable(c, &e->module, stops == YES ? "and" : "or",
		       "allow_seccomp=Y");
}

static void shared_fs(struct explanation *e, struct condition *c)
{
	if (e->caller.shares_fs == NO) {
		found(c, STATE_OK, "nobody shares root and working directory");
	} else if (e->caller.shares_fs == YES) {
		found(c, STATE_FAILED,
		      "process %d shares root and working directory",
		      e->caller.fs_peer);
		advise(c, "call unshare(CLONE_FS) first, as uchroot does");
	} else {
		found(c, STATE_UNKNOWN,
		      "no process is seen to share them; others' cannot be looked at");
		c->unlikely = e->caller.fs_looked;
	}
}

static void nested(struct explanation *e, struct condition *c)
{
	const enum answer chrooted = e->caller.chrooted;

	found(c,
	      chrooted == UNKNOWN ? STATE_UNKNOWN :
	      chrooted == YES	  ? STATE_FAILED :
				    STATE_OK,
	      "%s%s", chrooted == YES ? "already chrooted: " : "",
	      e->caller.chrooted_why);
	if (chrooted == YES) {
		advise(c, "start it outside");
		advise_tunable(
			c, &e->module, "or",
			"allow_nested=Y (no outer chroot is a boundary then)");
	}
}

static void not_beneath(struct explanation *e, struct condition *c)
{
	answered(c, e->target.beneath, "beneath the current root",
		 "outside the current root, or in another mount namespace",
		 e->target.error ? "not looked at" : "cannot be seen");
	if (c->state == STATE_FAILED)
		advise(c, "name a directory that has a path from /");
}

static void untrusted_root(struct explanation *e, struct condition *c)
{
	const bool initial = e->caller.initial_user_namespace == YES;
	const struct target *t = &e->target;
	enum state state = STATE_FAILED;
	const char *why;

	if (!t->owned) {
		found(c, STATE_UNKNOWN, "whose it is cannot be seen");
		return;
	}
	if (t->owners == OWNERS_NOSUID) {
		why = ", on a mount with nosuid";
	} else if (t->owners == OWNERS_MAPPED) {
		why = ", on an id-mapped mount";
	} else if (t->mode & 022) {
		why = ", so that others may write";
	} else if (t->owner && initial) {
		why = ", so not root's";
	} else if (initial && t->owners == OWNERS_ROOTS) {
		state = STATE_OK;
		why = "";
	} else {
		state = STATE_UNKNOWN;
		why = !initial ?
			      "; who that is outside cannot be seen" :
		      t->owners == OWNERS_UNSEEN ?
			      "; its mount cannot be seen" :
			      "; whether a user namespace made the file system cannot be seen";
		/* There, uid 0 is root only if root made the namespace. */
		c->unlikely = initial && t->owners == OWNERS_UNSURE;
	}
	found(c, state, "owned by uid %u, mode %04o%s", t->owner, t->mode, why);
	if (state == STATE_FAILED) {
		advise(c,
		       "name a tree that root made: root's own, writable for nobody else, on a mount without nosuid or an id mapping");
		advise_tunable(c, &e->module, "or", "require_trusted_root=N");
	}
}

/* The directories that are open, as "3 (/home), 7 (/tmp) and 2 more". */
static void list_directories(const struct directories *d, char words[WORDS])
{
	int i;

	for (i = 0; i < d->count && i < 4; i++)
		add_words(words, "%s%d (%.60s)", i ? ", " : "",
			  d->entries[i].fd,
			  d->entries[i].path ? d->entries[i].path : "?");
	if (d->count > i)
		add_words(words, " and %d more", d->count - i);
}

static void open_directory(struct explanation *e, struct condition *c)
{
	char list[WORDS] = "";
	struct directories now;

	list_directories(&e->directories, list);
	directories_list(&now);
	if (now.count) {
		found(c, STATE_FAILED, "open: %s", list);
		advise(c,
		       "close before the call, as uchroot does when it must");
		advise_tunable(c, &e->module, "or", "allow_open_directories=2");
	} else if (e->directories.count) {
		found(c, STATE_OK, "closed by uchroot: %s", list);
	} else if (!now.complete) {
		found(c, STATE_UNKNOWN,
		      "none found, but /proc does not show them all");
	} else {
		found(c, STATE_OK, "none is open");
	}
}

static void shared_files(struct explanation *e, struct condition *c)
{
	(void)e;
	found(c, STATE_OK, "a program that is started gets a table of its own");
}

static void cwd_outside(struct explanation *e, struct condition *c)
{
	const enum answer cwd = e->target.cwd;

	if (!e->as_is && cwd == YES)
		found(c, STATE_OK, "uchroot goes to the new root first");
	else if (e->target.error)
		found(c, STATE_UNKNOWN, "not looked at");
	else
		found(c, state_of(cwd), "%.300s%s", e->caller.cwd,
		      cwd == YES ? " is beneath the new root" :
		      cwd == NO	 ? " is not beneath the new root" :
				   ": cannot be compared with the new root");
	if (cwd == NO) {
		advise(c,
		       "chdir to the new root before the call, as uchroot does");
		advise_tunable(c, &e->module, "or", "require_cwd_beneath=0");
	}
}

static void mac(struct explanation *e, struct condition *c)
{
	switch (e->caller.mac) {
	case MAC_NOTHING:
		found(c, STATE_OK, "no security module that could object");
		break;
	case MAC_PERHAPS:
		found(c, STATE_UNKNOWN,
		      "no profile that can be seen; BPF programs cannot be");
		c->unlikely = true;
		break;
	case MAC_UNSEEN:
		found(c, STATE_UNKNOWN, "cannot be seen: no label can be read");
		break;
	case MAC_CONFINED:
		found(c, STATE_UNKNOWN, "%s policy decides", e->caller.label);
		advise(c, "the policy must grant the capability sys_chroot");
	}
}

static void (*const fillers[CONDITIONS])(struct explanation *e,
					 struct condition *c) = {
	[CONDITION_PATH] = path_condition,
	[CONDITION_MODULE] = module_condition,
	[UCHROOT_NO_NEW_PRIVS] = no_new_privs,
	[UCHROOT_USER_NAMESPACE] = user_namespace,
	[UCHROOT_GROUP] = group,
	[UCHROOT_SECCOMP] = seccomp,
	[UCHROOT_SHARED_FS] = shared_fs,
	[UCHROOT_NESTED] = nested,
	[UCHROOT_NOT_BENEATH] = not_beneath,
	[UCHROOT_UNTRUSTED_ROOT] = untrusted_root,
	[UCHROOT_OPEN_DIRECTORY] = open_directory,
	[UCHROOT_SHARED_FILES] = shared_files,
	[UCHROOT_CWD_OUTSIDE] = cwd_outside,
	[UCHROOT_MAC] = mac,
};

void conditions_fill(struct explanation *e)
{
	int i;

	for (i = UCHROOT_ALLOWED + 1; i < CONDITIONS; i++)
		fillers[i](e, &e->conditions[i]);
}

const char *condition_name(int condition)
{
	return condition == CONDITION_PATH   ? "path" :
	       condition == CONDITION_MODULE ? "module" :
					       uchroot_reason_name(condition);
}

int condition_after(int condition)
{
	return condition == CONDITION_MODULE ? UCHROOT_ALLOWED + 1 :
	       condition == UCHROOT_MAC	     ? UCHROOT_ALLOWED :
					       condition + 1;
}
