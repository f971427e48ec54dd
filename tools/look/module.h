/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MODULE_H
#define UCHROOT_MODULE_H

#include "policy.h"
#include "process.h"

#define PARAMETERS	"/sys/module/unprivileged_chroot/parameters"

struct module {
	enum answer loaded;
	int error;		/* why that is unknown; 0: there is no /sys */
	bool locked;
	/* Their defaults unless it is loaded. */
	struct uchroot_tunables tunables;
};

/* One parameter as it reads; false with ENOENT when there is no such file. */
bool parameter_read(const char *name, char *value, size_t size);
void module_look(struct module *module);

#endif
