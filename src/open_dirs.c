// SPDX-License-Identifier: GPL-2.0
/*
 * The search for a directory in a descriptor table.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "open_dirs.h"

/*
 * Descriptors looked at while the table's lock is held. A user may own a
 * million of them, and the lock keeps preemption off.
 */
#define SLICE	1024

/*
 * Descriptors judged together, as many as a word of the table's bitmap tells
 * about. Every table has room for a multiple of these.
 */
#define BATCH	BITS_PER_LONG

/* The bit that a directory's type has; block devices and sockets have it too. */
#define TYPE_BIT	S_IFDIR

static umode_t mode_of(const struct file *file)
{
	/*
	 * The permissions in a mode may change at any moment, kernfs even
	 * writes the mode that is there when it looks at it. The type of an
	 * inode stays for its life.
	 */
	return data_race(file_inode(file)->i_mode);
}

/*
 * Five instructions for each descriptor. O_PATH descriptors are in the table
 * like all others. A number is reserved before a file is installed there.
 */
static bool may_have_directory(struct files_struct *files,
			       struct file __rcu *const *batch)
{
	const struct file *file;
	umode_t types = 0;
	unsigned int i;

#pragma GCC unroll 16
	for (i = 0; i < BATCH; i++) {
		file = rcu_dereference_check_fdtable(files, batch[i]);
		if (file)
			types |= mode_of(file);
	}
	return types & TYPE_BIT;
}

/* @except counts from the first descriptor of the batch. */
static bool has_directory(struct files_struct *files,
			  struct file __rcu *const *batch, int except)
{
	const struct file *file;
	int i;

	for (i = 0; i < BATCH; i++) {
		file = rcu_dereference_check_fdtable(files, batch[i]);
		if (file && S_ISDIR(mode_of(file)) && i != except)
			return true;
	}
	return false;
}

/*
 * Looks at the descriptors from *next on, a slice of them, and moves *next
 * behind them; UINT_MAX when the table has been seen to its end.
 */
static bool slice_has_directory(struct files_struct *files, int except,
				unsigned int *next)
{
	const struct fdtable *fdt;
	unsigned int fd, end;
	bool found = false;

	spin_lock(&files->file_lock);
	/* The table may have been replaced by a larger one since last time. */
	fdt = files_fdtable(files);
	end = min(fdt->max_fds, *next + SLICE);

	for (fd = *next; fd < end && !found; fd += BATCH)
		found = fdt->open_fds[fd / BATCH] &&
			may_have_directory(files, fdt->fd + fd) &&
			has_directory(files, fdt->fd + fd, except - (int)fd);

	*next = end < fdt->max_fds ? end : UINT_MAX;
	spin_unlock(&files->file_lock);
	return found;
}

/**
 * uchroot_has_open_directory() - does any descriptor refer to a directory?
 * @files: the descriptor table; its owner may be running
 * @except: a descriptor that does not count, or -1
 *
 * The answer is final only when nobody else uses the table. Directories in
 * flight over a socket, mappings and the working directory are not looked at,
 * as on FreeBSD.
 *
 * Context: Process context. May sleep; takes files->file_lock, in slices.
 * Return: true if a directory is open.
 */
bool uchroot_has_open_directory(struct files_struct *files, int except)
{
	unsigned int next = 0;

	for (;;) {
		if (slice_has_directory(files, except, &next))
			return true;
		if (next == UINT_MAX)
			return false;
		cond_resched();
	}
}
