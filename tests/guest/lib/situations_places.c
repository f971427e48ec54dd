// SPDX-License-Identifier: GPL-2.0
/*
 * Situations that are places: jails, mount namespaces, targets elsewhere.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
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

	unshare_mounts();
	furnish(jail);
	if (system)
		bind_system(jail);
	return jail;
}

/* -- jails ----------------------------------------------------------------------------------- */

void stand_jailed_blind(void)
{
	enter_jail(new_jail(false));
	become_served_user();
}

void stand_jailed(void)
{
	enter_jail(new_jail(true));
	become_served_user();
}

void stand_jailed_root_directory_open(void)
{
	enter_jail(new_jail(true));
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
}

void stand_jailed_directory_open(void)
{
	stand_jailed();
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
}

/* The root of a mount, but not of the namespace. */
static void jail_in_bind_mount(void)
{
	const char *jail = make_dir("jail");

	must(!mount(jail, jail, NULL, MS_BIND, NULL));
	furnish(jail);
	bind_system(jail);
	enter_jail(jail);
}

void stand_jailed_in_bind_mount(void)
{
	unshare_mounts();
	jail_in_bind_mount();
	become_served_user();
}

/* In the namespace of process 1, which sees where that mount is. */
void stand_jailed_below_process_1(void)
{
	jail_in_bind_mount();
	become_served_user();
}

void stand_jailed_in_file_system(void)
{
	const char *jail = make_dir("jail");

	unshare_mounts();
	mount_tmpfs(jail);
	furnish(jail);
	bind_system(jail);
	enter_jail(jail);
	become_served_user();
}

void stand_jailed_above(void)
{
	const char *jail = new_jail(true);

	must(!chdir("/tmp"));
	must(!chroot(jail));
	become_served_user();
}

void stand_jailed_then_mounted_over(void)
{
	const char *jail = new_jail(true);

	must(!chdir("/"));
	must(!chroot(jail));
	/* By its outer name, from the working directory. */
	must(!mount("tmpfs", jail + 1, "tmpfs", 0, "mode=755"));
	must(!chdir("/"));
	become_served_user();
}

void stand_below_an_overmount(void)
{
	unshare_mounts();
	mount_tmpfs("/");
	become_served_user();
}

/* -- roots of mount namespaces ------------------------------------------------------------------ */

void stand_in_mount_namespace(void)
{
	unshare_mounts();
	become_served_user();
}

static void switch_root(void)
{
	const char *new_root = make_dir("root");

	unshare_mounts();
	mount_tmpfs(new_root);
	furnish(new_root);
	bind_system(new_root);
	move_root_to(new_root);
}

void stand_switched(void)
{
	switch_root();
	become_served_user();
}

void stand_pivoted(void)
{
	switch_root();
	must(!mkdir("/root", 0755));
	mount_tmpfs("/root");
	furnish("/root");
	bind_system("/root");
	pivot_root_to("/root");
	become_served_user();
}

/* Two stories that look alike from inside, where no user namespace is made. */
static void no_user_namespaces(void)
{
	must(!file_write(USER_NAMESPACES, "0"));
}

void stand_switched_without_user_namespaces(void)
{
	switch_root();
	no_user_namespaces();
	become_served_user();
}

void stand_bind_mount_without_user_namespaces(void)
{
	no_user_namespaces();
	unshare_mounts();
	jail_in_bind_mount();
	become_served_user();
}

/* -- targets elsewhere ------------------------------------------------------------------------------ */

void stand_beside_a_namespace(void)
{
	const char *point = make_dir("foreign");
	const pid_t pid = start_foreigner(point);

	become_served_user();
	snprintf(special, SPECIAL_SIZE, "/proc/%d/root%s", pid, point);
}

void stand_with_detached_mount(void)
{
	const int fd = detached_mount();

	become_served_user();
	snprintf(special, SPECIAL_SIZE, "/proc/self/fd/%d", fd);
}

void stand_beneath_mounts(void)
{
	const char *point = make_dir("mnt"), *inner;

	unshare_mounts();
	mount_tmpfs(point);
	inner = make_dir_in(point, "inner");
	must(!chdir(inner));
	mount_tmpfs(inner);
	become_served_user();
	/* The directory that is covered, and where the caller stands. */
	snprintf(special, SPECIAL_SIZE, "%s", inner);
}

void stand_over_the_target(void)
{
	const char *point = make_dir("mnt");
	int fd;

	unshare_mounts();
	fd = open(point, O_PATH);
	mount_tmpfs(point);
	must(!chdir(point));
	become_served_user();
	/* The working directory is mounted right on it. */
	snprintf(special, SPECIAL_SIZE, "/proc/self/fd/%d", fd);
}
