// SPDX-License-Identifier: GPL-2.0
/*
 * Directories kept open, or received, across a chroot of one's own. The
 * working directory goes along, so that only the descriptor leads out.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

static void keep_directory(void)
{
	const int fd = open_directory("/");

	chroot_to_d();
	look(fd);
}

static void keep_and_fchdir(void)
{
	const int fd = open_directory("/");

	chroot_to_d();
	must(fchdir(fd) == 0);
	look(AT_FDCWD);
}

static void keep_path(void)
{
	const int fd = open("/", O_PATH | O_CLOEXEC);

	must(fd >= 0);
	chroot_to_d();
	look(fd);
}

static void keep_tree(void)
{
	const int fd = syscall(SYS_open_tree, AT_FDCWD, "/", 0);

	if (fd < 0)
		unavailable("open_tree: %s", strerror(errno));
	chroot_to_d();
	look(fd);
}

/* While the call is made, it is in nobody's descriptor table. */
static void park_in_socket(void)
{
	const int fd = open_directory("/");

	make_pair();
	send_fd(pair[0], fd);
	close(fd);
	chroot_to_d();
	look(receive_fd(pair[1]));
}

/* -- from another process in the same jail ------------------------------------------ */

static void pass_directory(void)
{
	wait_byte(pair[1]);
	send_fd(pair[1], open_directory("/"));
}

static void receive_by_pair(void)
{
	make_pair();
	spawn(pass_directory);
	chroot_to_d();
	send_byte(pair[0]);
	look(receive_fd(pair[0]));
}

static void pass_to_whom_connects(void)
{
	const int listener = abstract_socket(true);

	send_byte(pair[1]);
	send_fd(accept(listener, NULL, NULL), open_directory("/"));
}

static void receive_by_abstract_socket(void)
{
	make_pair();
	spawn(pass_to_whom_connects);
	wait_byte(pair[0]);
	chroot_to_d();
	look(receive_fd(abstract_socket(false)));
}

static void hold_directory(void)
{
	const int fd = open_directory("/");

	must(write(pair[1], &fd, sizeof(fd)) == sizeof(fd));
	stay();
}

static void take_from_sibling(void)
{
	pid_t pid;
	int number, fd;

	make_pair();
	pid = spawn(hold_directory);
	must(read(pair[0], &number, sizeof(number)) == sizeof(number));
	chroot_to_d();
	fd = sys_pidfd_getfd(sys_pidfd_open(pid), number);
	if (fd < 0)
		unavailable("pidfd_getfd: %s", strerror(errno));
	look(fd);
}

/*
 * Who answers for a system call of somebody under his seccomp filter can give
 * him a descriptor, at any time. Here getppid() returns its number.
 */
static void answer_with_directory(void)
{
	const int listener = receive_fd(pair[1]);
	struct seccomp_notif question = { 0 };
	struct seccomp_notif_addfd gift = { 0 };
	struct seccomp_notif_resp answer = { 0 };

	must(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) == 0);
	gift.id = question.id;
	gift.srcfd = open_directory("/");
	answer.id = question.id;
	answer.val = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &gift);
	must(answer.val >= 0);
	must(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0);
}

static void receive_by_seccomp(void)
{
	int listener;

	make_pair();
	spawn(answer_with_directory);
	listener = filter_call(SYS_getppid, SECCOMP_RET_USER_NOTIF,
			       SECCOMP_FILTER_FLAG_NEW_LISTENER);
	if (listener < 0)
		unavailable("seccomp listener: %s", strerror(errno));
	send_fd(pair[0], listener);
	close(listener);
	chroot_to_d();
	look(syscall(SYS_getppid));
}

const struct technique descriptor_techniques[] = {
	{ "directory kept open", .attack = keep_directory, .control = CAP(SYS_CHROOT),
	  .nested = OUT_AT_2 },
	{ "directory kept open, fchdir", .attack = keep_and_fchdir, .control = CAP(SYS_CHROOT),
	  .nested = OUT_AT_2 },
	{ "directory kept open, O_PATH", .attack = keep_path, .control = CAP(SYS_CHROOT),
	  .nested = OUT_AT_2 },
	{ "directory kept open, open_tree", .attack = keep_tree, .control = CAP(SYS_CHROOT),
	  .nested = OUT_AT_2 },
	{ "directory in flight in a socket", .attack = park_in_socket,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "directory from a jailed process, socketpair", .attack = receive_by_pair,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "directory from a jailed process, abstract socket",
	  .attack = receive_by_abstract_socket, .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "directory from a jailed process, pidfd_getfd", .attack = take_from_sibling,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "directory from a jailed process, seccomp listener", .attack = receive_by_seccomp,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ 0 }
};
