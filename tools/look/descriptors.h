/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_DESCRIPTORS_H
#define UCHROOT_DESCRIPTORS_H

#include <stdbool.h>

struct directories {
	struct {
		int fd;
		char *path;	/* or NULL */
	} *entries;
	int count;
	bool complete;		/* all descriptors could be looked at */
};

void directories_list(struct directories *directories);
void directories_close(void);

#endif
