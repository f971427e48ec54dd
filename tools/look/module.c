// SPDX-License-Identifier: GPL-2.0
/*
 * The module as sysfs shows it: loaded or not, and its tunables.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "module.h"

bool parameter_read(const char *name, char *value, size_t size)
{
	char path[sizeof(PARAMETERS) + 64];
	ssize_t length;

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	length = read_line(path, value, size);
	if (!length)
		errno = EIO;
	return length > 0;
}

/*
 * "Y" counts as 1. One that is not there is not in this version of the module.
 * Another that cannot be read may be anything: then so is the whole.
 */
static long long read_number(struct module *module, const char *name,
			     long long otherwise)
{
	char value[16];

	if (parameter_read(name, value, sizeof(value)))
		return *value == 'Y' ? 1 : strtoll(value, NULL, 10);
	if (module->loaded == YES && errno != ENOENT) {
		module->loaded = UNKNOWN;
		module->error = errno;
	}
	return otherwise;
}

void module_look(struct module *m)
{
	struct uchroot_tunables *t = &m->tunables;

	m->error = 0;
	if (!access(PARAMETERS, F_OK)) {
		m->loaded = YES;
	} else if (errno != ENOENT) {
		m->loaded = UNKNOWN;
		m->error = errno;
	} else { /* Every kernel has some built-in modules there. */
		m->loaded = access("/sys/module", F_OK) ? UNKNOWN : NO;
	}
	m->locked = read_number(m, "locked", false);
	t->enabled = read_number(m, "enabled", true);
	t->allow_open_directories = read_number(m, "allow_open_directories", 1);
	t->allow_nested = read_number(m, "allow_nested", false);
	t->require_cwd_beneath = read_number(m, "require_cwd_beneath", 1);
	t->allow_seccomp = read_number(m, "allow_seccomp", false);
	t->allow_user_namespaces =
		read_number(m, "allow_user_namespaces", false);
	/* Everybody reads as -1; other gids may be larger than an int. */
	t->allowed_group = read_number(m, "allowed_group", UCHROOT_EVERYONE);
	t->require_trusted_root = read_number(m, "require_trusted_root", false);
	t->restrict_privileged = read_number(m, "restrict_privileged", false);
	t->log = read_number(m, "log", UCHROOT_LOG_REFUSALS);
	t->require_no_new_privs = read_number(m, "require_no_new_privs", true);
	t->require_unshared_fs = read_number(m, "require_unshared_fs", true);
	t->require_beneath = read_number(m, "require_beneath", true);
}
