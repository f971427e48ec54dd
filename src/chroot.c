// SPDX-License-Identifier: GPL-2.0
/*
 * One served call, from the user's path to the new root.
 */
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/sched.h>

#include "chroot.h"
#include "compat.h"
#include "hook_compat.h"
#include "judge.h"
#include "ksyms.h"

/**
 * uchroot_chroot() - chroot(2) for a caller that is served
 * @filename: the path, as the caller passed it
 *
 * Lookup and errno as in the kernel's own call; the policy stands where the
 * kernel asks for the capability. The path is looked up once: what was judged
 * is what becomes the root. Judged after the lookup, because the lookup may
 * sleep for as long as a file system pleases.
 *
 * Context: Process context, current is the caller. May sleep.
 * Return: 0 or a negative errno; nothing has changed on error.
 */
long uchroot_chroot(const char __user *filename)
{
	unsigned int lookup_flags = LOOKUP_FOLLOW | LOOKUP_DIRECTORY;
	struct path path;
	int error;

retry:
	error = user_path_at(AT_FDCWD, filename, lookup_flags, &path);
	if (error)
		return error;

	error = path_permission(&path, MAY_EXEC | MAY_CHDIR);
	if (!error)
		error = uchroot_judge(&path, -1);
	if (!error)
		uchroot_call(set_fs_root)(current->fs, &path);
	path_put(&path);

	if (retry_estale(error, lookup_flags)) {
		lookup_flags |= LOOKUP_REVAL;
		goto retry;
	}
	return error;
}

#ifdef UCHROOT_FCHROOT_ENTRY
/**
 * uchroot_fchroot() - fchroot(2) for a caller that is served
 * @fd: a descriptor, none of the kernel's own sentinels
 * @flags: none are defined
 *
 * Errors and their order as in the kernel's own call. The descriptor itself
 * does not count as an open directory: it is where the caller wants to go.
 *
 * Context: Process context, current is the caller. May sleep.
 * Return: 0 or a negative errno; nothing has changed on error.
 */
long uchroot_fchroot(int fd, unsigned int flags)
{
	struct file *file;
	int error;

	if (flags)
		return -EINVAL;

	file = fget_raw(fd);
	if (!file)
		return -EBADF;

	error = -ENOTDIR;
	if (!d_can_lookup(file->f_path.dentry))
		goto out;
	error = path_permission(&file->f_path, MAY_EXEC | MAY_CHDIR);
	if (!error)
		error = uchroot_judge(&file->f_path, fd);
	if (!error)
		uchroot_call(set_fs_root)(current->fs, &file->f_path);
out:
	fput(file);
	return error;
}
#endif
