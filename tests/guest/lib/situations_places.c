// SPDX-License-Identifier: GPL-2.0
/*
 * Situations that are places: jails, mount namespaces, targets elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "situations.h"

/* -- roots ------------------------------------------------------------------------- */

#define USER_NAMESPACES	"/proc/sys/user/max_user_namespaces"

void situations_end(void)
{
	must(!file_write(USER_NAMESPACES, "4096"));
}

/* What every target list relies on, in a directory that will be a root. */
static void furnish(const char *root)
{
	const char *closed = path_in(root, "closed");

	mkdir(path_in(root, "sub"), 0755);
	mkdir(closed, 0755);
	mkdir(path_in(closed, "sub"), 0755);
	must(!chmod(closed, 0700));
	unlink(path_in(root, "file"));
	make_file(path_in(root, "file"), 0644);
}

/* /proc and /sys as they are outside. */
static void add_system(const char *root)
{
	mkdir(path_in(root, "proc"), 0555);
	mkdir(path_in(root, "sys"), 0555);
	must(!mount("/proc", path_in(root, "proc"), NULL, MS_BIND | MS_REC, NULL));
	must(!mount("/sys", path_in(root, "sys"), NULL, MS_BIND | MS_REC, NULL));
}

void furnish_here(void)
{
	furnish("/");
	situations_end();
	/* The policy that it was for is loaded. It makes "mac" unknowable. */
	unlink("/sbin/tomoyo-init");
}

static const char *new_jail(bool system)
{
	const char *jail = make_dir("jail");

	furnish_here();
	unshare_mounts();
	furnish(jail);
	if (system)
		add_system(jail);
	return jail;
}

/* -- jails ----------------------------------------------------------------------------------- */

void stand_jailed_blind(char *special)
{
	(void)special;
	enter_jail(new_jail(false));
	become_served_user();
}

void stand_jailed(char *special)
{
	(void)special;
	enter_jail(new_jail(true));
	become_served_user();
}

void stand_jailed_root_directory_open(char *special)
{
	(void)special;
	enter_jail(new_jail(true));
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
}

void stand_jailed_directory_open(char *special)
{
	stand_jailed(special);
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
}

/* The root of a mount, but not of the namespace. */
static void jail_in_bind_mount(void)
{
	const char *jail = make_dir("jail");

	must(!mount(jail, jail, NULL, MS_BIND, NULL));
	furnish(jail);
	add_system(jail);
	enter_jail(jail);
}

void stand_jailed_in_bind_mount(char *special)
{
	(void)special;
	furnish_here();
	unshare_mounts();
	jail_in_bind_mount();
	become_served_user();
}

/* In the namespace of process 1, which sees where that mount is. */
void stand_jailed_below_process_1(char *special)
{
	(void)special;
	furnish_here();
	jail_in_bind_mount();
	become_served_user();
}

void stand_jailed_in_file_system(char *special)
{
	const char *jail = make_dir("jail");

	(void)special;
	furnish_here();
	unshare_mounts();
	mount_tmpfs(jail);
	furnish(jail);
	add_system(jail);
	enter_jail(jail);
	become_served_user();
}

void stand_jailed_above(char *special)
{
	const char *jail = new_jail(true);

	(void)special;
	must(!chdir("/tmp"));
	must(!chroot(jail));
	become_served_user();
}

void stand_jailed_then_mounted_over(char *special)
{
	const char *jail = new_jail(true);

	(void)special;
	must(!chdir("/"));
	must(!chroot(jail));
	/* By its outer name, from the working directory. */
	must(!mount("tmpfs", jail + 1, "tmpfs", 0, "mode=755"));
	must(!chdir("/"));
	become_served_user();
}

void stand_below_an_overmount(char *special)
{
	(void)special;
	furnish_here();
	unshare_mounts();
	mount_tmpfs("/");
	become_served_user();
}

/* -- roots of mount namespaces ------------------------------------------------------------------ */

void stand_in_mount_namespace(char *special)
{
	(void)special;
	furnish_here();
	unshare_mounts();
	become_served_user();
}

static void switch_root(void)
{
	const char *new_root = make_dir("root");

	furnish_here();
	unshare_mounts();
	mount_tmpfs(new_root);
	furnish(new_root);
	add_system(new_root);
	must(!chdir(new_root));
	must(!mount(".", "/", NULL, MS_MOVE, NULL));
	enter_jail(".");
}

void stand_switched(char *special)
{
	(void)special;
	switch_root();
	become_served_user();
}

void stand_pivoted(char *special)
{
	(void)special;
	switch_root();
	must(!mkdir("/root", 0755));
	mount_tmpfs("/root");
	furnish("/root");
	add_system("/root");
	must(!mkdir("/root/old", 0755));
	must(!syscall(SYS_pivot_root, "/root", "/root/old"));
	must(!chdir("/"));
	must(!umount2("/old", MNT_DETACH));
	become_served_user();
}

/* Two stories that look alike from inside, where no user namespace is made. */
static void no_user_namespaces(void)
{
	must(!file_write(USER_NAMESPACES, "0"));
}

void stand_switched_without_user_namespaces(char *special)
{
	(void)special;
	switch_root();
	no_user_namespaces();
	become_served_user();
}

void stand_bind_mount_without_user_namespaces(char *special)
{
	(void)special;
	furnish_here();
	no_user_namespaces();
	unshare_mounts();
	jail_in_bind_mount();
	become_served_user();
}

/* -- targets elsewhere ------------------------------------------------------------------------------ */

void stand_beside_a_namespace(char *special)
{
	const char *point = make_dir("foreign");
	pid_t pid;
	int ends[2];
	char byte;

	furnish_here();
	must(!pipe(ends));
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		unshare_mounts();
		mount_tmpfs(point);
		become_user();
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (write(ends[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	must(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	become_served_user();
	snprintf(special, SPECIAL_SIZE, "/proc/%d/root%s", pid, point);
}

void stand_with_detached_mount(char *special)
{
	const char *point = make_dir("mnt");
	int fd;

	furnish_here();
	mount_tmpfs(point);
	fd = open(point, O_PATH);
	must(fd >= 0);
	must(!umount2(point, MNT_DETACH));
	become_served_user();
	snprintf(special, SPECIAL_SIZE, "/proc/self/fd/%d", fd);
}

void stand_beneath_mounts(char *special)
{
	const char *point = make_dir("mnt"), *inner;

	furnish_here();
	unshare_mounts();
	mount_tmpfs(point);
	inner = make_dir_in(point, "inner");
	must(!chdir(inner));
	mount_tmpfs(inner);
	become_served_user();
	/* The directory that is covered, and where the caller stands. */
	snprintf(special, SPECIAL_SIZE, "%s", inner);
}

void stand_over_the_target(char *special)
{
	const char *point = make_dir("mnt");
	int fd;

	furnish_here();
	unshare_mounts();
	fd = open(point, O_PATH);
	mount_tmpfs(point);
	must(!chdir(point));
	become_served_user();
	/* The working directory is mounted right on it. */
	snprintf(special, SPECIAL_SIZE, "/proc/self/fd/%d", fd);
}
