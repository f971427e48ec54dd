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
 * One that is not there is not in this version of the module. Another that
 * cannot be read may be anything: then so is the whole.
 */
static bool read_text(struct module *module, const char *name, char *value,
		      size_t size)
{
	if (parameter_read(name, value, size))
		return true;
	if (module->loaded == YES && errno != ENOENT) {
		module->loaded = UNKNOWN;
		module->error = errno;
	}
	return false;
}

static bool read_bool(struct module *module, const char *name, bool otherwise)
{
	char value[8];

	return read_text(module, name, value, sizeof(value)) ? *value == 'Y' :
							       otherwise;
}

static int read_int(struct module *module, const char *name, int otherwise)
{
	char value[16];

	return read_text(module, name, value, sizeof(value)) ?
		       (int)strtol(value, NULL, 10) :
		       otherwise;
}

/* UCHROOT_EVERYONE reads as -1; other gids may be larger than an int. */
static unsigned int read_group(struct module *module)
{
	char value[16];

	return read_text(module, "allowed_group", value, sizeof(value)) ?
		       (unsigned int)strtoll(value, NULL, 10) :
		       UCHROOT_EVERYONE;
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
	m->locked = read_bool(m, "locked", false);
	t->enabled = read_bool(m, "enabled", true);
	t->allow_open_directories = read_int(m, "allow_open_directories", 1);
	t->allow_nested = read_bool(m, "allow_nested", false);
	t->require_cwd_beneath = read_int(m, "require_cwd_beneath", 1);
	t->allow_seccomp = read_bool(m, "allow_seccomp", false);
	t->allow_user_namespaces = read_bool(m, "allow_user_namespaces", false);
	t->allowed_group = read_group(m);
	t->restrict_privileged = read_bool(m, "restrict_privileged", false);
	t->log = read_int(m, "log", UCHROOT_LOG_REFUSALS);
	t->require_no_new_privs = read_bool(m, "require_no_new_privs", true);
	t->require_unshared_fs = read_bool(m, "require_unshared_fs", true);
	t->require_beneath = read_bool(m, "require_beneath", true);
}
