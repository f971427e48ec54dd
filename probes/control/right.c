// SPDX-License-Identifier: GPL-2.0
/*
 * Every kernel compiles this. If it does not compile, no answer of the probes
 * says anything about the kernel. All headers that they use are here.
 */
#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/ftrace.h>

static_assert(__same_type(((struct fs_struct *)NULL)->root, struct path));
