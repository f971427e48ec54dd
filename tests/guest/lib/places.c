// SPDX-License-Identifier: GPL-2.0
/*
 * Directories, jails and mounts for the tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

/* Enough for the paths that one test holds at a time. */
static char *next_path(void)
{
	static char ring[64][512];
	static unsigned int next;

	return ring[next++ % 64];
}

const char *path_in(const char *parent, const char *name)
{
	char *path = next_path();

	ck_assert_int_lt(snprintf(path, 512, "%s/%s", parent, name), 512);
	return path;
}

const char *make_dir_in(const char *parent, const char *name)
{
	const char *path = path_in(parent, name);

	must(mkdir(path, 0755) == 0);
	must(chmod(path, 0755) == 0);
	return path;
}

const char *make_dir(const char *name)
{
	char *path = next_path();
	int error;

	/* A run before this one may have left the same name. */
	for (int i = 0; i < 100000; i++) {
		snprintf(path, 512, "/tmp/%s.%d.%d", name, getpid(), i);
		error = mkdir(path, 0755);
		if (!error || errno != EEXIST)
			break;
	}
	ck_assert_msg(!error, "mkdir %s: %m", path);
	must(chmod(path, 0755) == 0);
	return path;
}

void make_file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	ck_assert_msg(fd >= 0, "create %s: %m", path);
	close(fd);
}

void enter_jail(const char *path)
{
	must(chroot(path) == 0);
	must(chdir("/") == 0);
}

void unshare_mounts(void)
{
	must(unshare(CLONE_NEWNS) == 0);
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
}

void mount_tmpfs(const char *path)
{
	must(mount("tmpfs", path, "tmpfs", 0, "mode=0755") == 0);
}
