// SPDX-License-Identifier: GPL-2.0
/*
 * The explanation for programs: one JSON object.
 */
#include <errno.h>
#include <stdio.h>

#include "json.h"
#include "messages.h"

/* -- writing ------------------------------------------------------------------------ */

/* A path is bytes: what is no character becomes U+FFFD. */
static void string(const char *text)
{
	int length, control;

	putchar('"');
	for (; *text; text += length ? length : 1) {
		length = utf8_length(text);
		control = control_character(text);
		if (!length)
			fputs("\\ufffd", stdout);
		else if (control >= 0)
			printf("\\u%04x", (unsigned int)control);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			fwrite(text, length, 1, stdout);
	}
	putchar('"');
}

/* What comes before a value, but the first. */
static void name(const char *key)
{
	printf(", \"%s\": ", key);
}

/* A bool, or an answer. */
static void boolean(const char *key, enum answer value)
{
	name(key);
	fputs(value == UNKNOWN ? "null" : value ? "true" : "false", stdout);
}

static void number(const char *key, long long value)
{
	name(key);
	printf("%lld", value);
}

static void text(const char *key, const char *value)
{
	name(key);
	string(value);
}

static const char *answer(enum answer a)
{
	return a == YES ? "yes" : a == NO ? "no" : "unknown";
}

/* Those of chroot(2); strerrorname_np() is younger than glibc 2.31. */
static const char *error_name(unsigned int error)
{
#define NAMED(number) [number] = #number
	static const char *const names[] = {
		[0] = "none",  NAMED(EPERM),	    NAMED(EACCES),
		NAMED(ENOENT), NAMED(ENOTDIR),	    NAMED(ELOOP),
		NAMED(ENOMEM), NAMED(ENAMETOOLONG), NAMED(EIO),
	};

	return error < sizeof(names) / sizeof(names[0]) && names[error] ?
		       names[error] :
		       "other";
}

/* -- the parts ---------------------------------------------------------------------- */

static void print_module(const struct module *m)
{
	const struct uchroot_tunables *t = &m->tunables;

	name("module");
	printf("{\"loaded\": \"%s\"", answer(m->loaded));
	if (m->loaded == YES) {
		boolean("locked", m->locked);
		boolean("enabled", t->enabled);
		number("allow_open_directories", t->allow_open_directories);
		boolean("allow_nested", t->allow_nested);
		number("require_cwd_beneath", t->require_cwd_beneath);
		boolean("allow_seccomp", t->allow_seccomp);
		boolean("allow_user_namespaces", t->allow_user_namespaces);
		number("allowed_group", t->allowed_group == UCHROOT_EVERYONE ?
						-1 :
						(long long)t->allowed_group);
		boolean("require_trusted_root", t->require_trusted_root);
		boolean("restrict_privileged", t->restrict_privileged);
		number("log", t->log);
		boolean("require_no_new_privs", t->require_no_new_privs);
		boolean("require_unshared_fs", t->require_unshared_fs);
		boolean("require_beneath", t->require_beneath);
	}
	putchar('}');
}

static void print_caller(const struct explanation *e)
{
	const struct caller *c = &e->caller;
	int i;

	name("caller");
	printf("{\"uid\": %u, \"gid\": %u", c->uid, c->gid);
	boolean("cap_sys_chroot", c->privileged);
	boolean("no_new_privs", c->no_new_privs);
	text("initial_user_namespace", answer(c->initial_user_namespace));
	number("seccomp", e->seccomp.mode);
	text("shares_fs", answer(c->shares_fs));
	text("chrooted", answer(c->chrooted));
	text("cwd", c->cwd);
	name("open_directories");
	putchar('[');
	for (i = 0; i < e->directories.count; i++) {
		printf("%s{\"fd\": %d, \"path\": ", i ? ", " : "",
		       e->directories.entries[i].fd);
		if (e->directories.entries[i].path)
			string(e->directories.entries[i].path);
		else
			fputs("null", stdout);
		putchar('}');
	}
	fputs("]}", stdout);
}

static void print_conditions(const struct explanation *e)
{
	static const char *const states[] = {
		[STATE_OK] = "ok",
		[STATE_FAILED] = "failed",
		[STATE_UNKNOWN] = "unknown",
		[STATE_NOT_ASKED] = "not_asked",
	};
	int i;

	name("conditions");
	putchar('[');
	for (i = CONDITION_PATH; i; i = condition_after(i)) {
		const struct condition *c = &e->conditions[i];

		printf("%s{\"name\": \"%s\", \"state\": \"%s\"",
		       i == CONDITION_PATH ? "" : ", ", condition_name(i),
		       states[c->state]);
		boolean("asked", c->asked);
		text("detail", c->detail);
		text("advice", c->advice);
		putchar('}');
	}
	putchar(']');
}

void print_json(const struct explanation *e)
{
	fputs("{\"newroot\": ", stdout);
	string(e->newroot);
	text("judged", e->as_is ? "as-is" : "uchroot");
	text("verdict", e->granted == YES ? "granted" :
			e->granted == NO  ? "refused" :
					    "unknown");
	text("decided_by", e->by_module == YES ? "module" :
			   e->by_module == NO  ? "kernel" :
						 "unknown");
	text("reason", condition_name(e->reason));
	text("error", error_name(e->error));
	boolean("certain", e->certain);
	print_module(&e->module);
	print_caller(e);
	print_conditions(e);
	puts("}");
}
