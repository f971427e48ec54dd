// SPDX-License-Identifier: GPL-2.0
/*
 * Directories, jails and mounts for the tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "callers.h"
#include "module.h"
#include "places.h"

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

void bind_system(const char *root)
{
	mkdir(path_in(root, "proc"), 0555);
	mkdir(path_in(root, "sys"), 0555);
	must(!mount("/proc", path_in(root, "proc"), NULL, MS_BIND | MS_REC, NULL));
	must(!mount("/sys", path_in(root, "sys"), NULL, MS_BIND | MS_REC, NULL));
}

void move_root_to(const char *mount_point)
{
	must(chdir(mount_point) == 0);
	must(mount(".", "/", NULL, MS_MOVE, NULL) == 0);
	enter_jail(".");
}

void pivot_root_to(const char *mount_point)
{
	const char *old = make_dir_in(mount_point, "old");

	must(syscall(SYS_pivot_root, mount_point, old) == 0);
	must(chdir("/") == 0);
	must(umount2("/old", MNT_DETACH) == 0);
}

int detached_mount(void)
{
	const char *point = make_dir("mnt");
	int fd;

	mount_tmpfs(point);
	fd = open(point, O_PATH);
	must(fd >= 0);
	must(umount2(point, MNT_DETACH) == 0);
	return fd;
}

pid_t start_foreigner(const char *dir)
{
	int fds[2];
	char byte;
	pid_t pid;

	must(pipe(fds) == 0);
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		unshare_mounts();
		mount_tmpfs(dir);
		become_user();
		/* The credentials have changed, which clears it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (write(fds[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	close(fds[1]);
	ck_assert_msg(read(fds[0], &byte, 1) == 1, "no second mount namespace");
	close(fds[0]);
	return pid;
}
