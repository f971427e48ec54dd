// SPDX-License-Identifier: GPL-2.0
/* 6.17: fs_struct's spinlock and seqcount became one seqlock. */
#include <linux/build_bug.h>
#include <linux/fs_struct.h>

static_assert(__same_type(((struct fs_struct *)NULL)->seq, seqlock_t));
