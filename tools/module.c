// SPDX-License-Identifier: GPL-2.0
/*
 * The module as sysfs shows it: loaded or not, and its tunables.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uchroot.h"

bool parameter_read(const char *name, char *value, size_t size)
{
	char path[sizeof(PARAMETERS) + 64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, value, size - 1);
	close(fd);
	if (length < 0)
		return false;
	value[length] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return true;
}

static bool read_bool(const char *name, bool otherwise)
{
	char value[8];

	if (!parameter_read(name, value, sizeof(value)))
		return otherwise;
	return value[0] == 'Y';
}

static int read_int(const char *name, int otherwise)
{
	char value[16];

	if (!parameter_read(name, value, sizeof(value)))
		return otherwise;
	return (int)strtol(value, NULL, 10);
}

/* UCHROOT_EVERYONE reads as -1; other gids may be larger than an int. */
static unsigned int read_group(void)
{
	char value[16];

	if (!parameter_read("allowed_group", value, sizeof(value)))
		return UCHROOT_EVERYONE;
	return (unsigned int)strtoll(value, NULL, 10);
}

void module_look(struct module *module)
{
	struct uchroot_tunables *t = &module->tunables;

	if (!access(PARAMETERS, F_OK))
		module->loaded = YES;
	else /* Every kernel has some built-in modules there. */
		module->loaded = access("/sys/module", F_OK) ? UNKNOWN : NO;

	module->locked = read_bool("locked", false);
	t->enabled = read_bool("enabled", true);
	t->allow_open_directories = read_int("allow_open_directories", 1);
	t->allow_nested = read_bool("allow_nested", false);
	t->require_cwd_beneath = read_int("require_cwd_beneath", 1);
	t->allow_seccomp = read_bool("allow_seccomp", false);
	t->allow_user_namespaces = read_bool("allow_user_namespaces", false);
	t->allowed_group = read_group();
	t->restrict_privileged = read_bool("restrict_privileged", false);
	t->log = read_int("log", UCHROOT_LOG_REFUSALS);
	t->require_no_new_privs = read_bool("require_no_new_privs", true);
	t->require_unshared_fs = read_bool("require_unshared_fs", true);
	t->require_beneath = read_bool("require_beneath", true);
}
