// SPDX-License-Identifier: GPL-2.0
/*
 * User and mount namespaces: made in the jail, or outside beforehand.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

/* -- made in the jail -------------------------------------------------------------- */

/* As its root one would have CAP_SYS_CHROOT. */
static void user_namespace(void)
{
	unshare(CLONE_NEWUSER);
	/* clone(2) is another way to one: the child goes on as well. */
	syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	chroot_entry("d");
	look(AT_FDCWD);
}

/* The chrooted cannot make one, root neither: it has to be there before. */
static void jailed_in_user_namespace(void)
{
	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
	enter_jail(jail);
	set_no_new_privs();
}

static void user_namespace_after_chroot(void)
{
	chroot_entry("/");
	user_namespace();
}

/* Whoever enters a mount namespace, his own too, gets its root. */
static void own_mount_namespace(void)
{
	const int fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	must(fd >= 0);
	unshare(CLONE_NEWNS);
	setns(fd, CLONE_NEWNS);
	look(AT_FDCWD);
}

/* -- made outside ------------------------------------------------------------------------ */

static pid_t outsider;
static int user_fd, mount_fd;

static void make_namespaces(void)
{
	must(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
	send_byte(pair[1]);
	stay();
}

static void start_outsider(void)
{
	make_pair();
	outsider = spawn_outside(make_namespaces);
	wait_byte(pair[0]);
}

static int open_namespace(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", outsider, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "open %s: %m", path);
	return fd;
}

static void open_namespaces(void)
{
	user_fd = open_namespace("user");
	mount_fd = open_namespace("mnt");
}

static void namespaces_left_open(void)
{
	start_outsider();
	open_namespaces();
}

static void enter_namespaces(void)
{
	setns(user_fd, CLONE_NEWUSER);
	setns(mount_fd, CLONE_NEWNS);
	look(AT_FDCWD);
}

static void enter_by_proc(void)
{
	open_namespaces();
	enter_namespaces();
}

static void enter_by_pidfd(void)
{
	setns(sys_pidfd_open(outsider), CLONE_NEWUSER | CLONE_NEWNS);
	look(AT_FDCWD);
}

const struct technique namespace_techniques[] = {
	{ "user namespace, then a double chroot", .attack = user_namespace,
	  .control_enter = jailed_in_user_namespace, .nested = HELD },
	{ "user namespace after a chroot of one's own", .attack = user_namespace_after_chroot,
	  .control_enter = jailed_in_user_namespace, .nested = HELD },
	{ "mount namespace, setns back", .attack = own_mount_namespace, .proc = true,
	  .control = CAP(SYS_ADMIN) | CAP(SYS_CHROOT), .nested = HELD },
	{ "namespaces of the same user outside, opened before the jail",
	  .prepare = namespaces_left_open, .attack = enter_namespaces, .nested = OUT },
	{ "namespaces of the same user outside, /proc/PID/ns", .prepare = start_outsider,
	  .attack = enter_by_proc, .proc = true, .nested = OUT },
	{ "namespaces of the same user outside, pidfd", .prepare = start_outsider,
	  .attack = enter_by_pidfd, .nested = OUT },
	{ 0 }
};
