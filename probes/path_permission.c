// SPDX-License-Identifier: GPL-2.0
/* 5.12 (02f92b3868a1): path_permission() hides how the mount is passed on. */
#include <linux/build_bug.h>
#include <linux/fs.h>

static_assert(__same_type(path_permission,
			  int (const struct path *path, int mask)));
