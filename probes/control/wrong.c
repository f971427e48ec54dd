// SPDX-License-Identifier: GPL-2.0
/*
 * No kernel compiles this: one structure is taken for another. If it compiles,
 * neither the probes nor the module can rely on the types that they use.
 */
#include "right.c"

struct path *probe(struct fs_struct *fs);
struct path *probe(struct fs_struct *fs)
{
	return fs;
}
