// SPDX-License-Identifier: GPL-2.0
/* 5.17 (bb49e9e730c2): is_idmapped_mnt() hides how the mount knows its mapping. */
#include <linux/build_bug.h>
#include <linux/fs.h>

static_assert(__same_type(is_idmapped_mnt, bool (const struct vfsmount *mnt)));
