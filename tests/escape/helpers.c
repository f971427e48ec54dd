// SPDX-License-Identifier: GPL-2.0
/*
 * What several techniques do: processes, and passing descriptors (escape.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "escape.h"

int pair[2];

int open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_msg(fd >= 0, "open %s: %m", path);
	return fd;
}

bool chroot_to_d(void)
{
	must(chdir("/d") == 0);
	return chroot_entry(".") == 0;
}

/* -- processes ------------------------------------------------------------------ */

void stay(void)
{
	for (;;)
		pause();
}

pid_t spawn(void (*function)(void))
{
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		function();
		_exit(0);
	}
	return pid;
}

pid_t spawn_outside(void (*function)(void))
{
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		become_user();
		function();
		_exit(0);
	}
	return pid;
}

/* -- messages --------------------------------------------------------------------- */

void make_pair(void)
{
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
}

void send_byte(int socket)
{
	must(write(socket, "", 1) == 1);
}

void wait_byte(int socket)
{
	char byte;

	must(read(socket, &byte, 1) == 1);
}

struct msghdr *fd_message(struct fd_message *out, int fd)
{
	memset(out, 0, sizeof(*out));
	out->data = (struct iovec){ .iov_base = &out->byte, .iov_len = 1 };
	out->message = (struct msghdr){
		.msg_iov = &out->data, .msg_iovlen = 1,
		.msg_control = out->control, .msg_controllen = sizeof(out->control),
	};
	out->header.cmsg_level = SOL_SOCKET;
	out->header.cmsg_type = SCM_RIGHTS;
	out->header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&out->header), &fd, sizeof(fd));
	return &out->message;
}

void send_fd(int socket, int fd)
{
	struct fd_message out;

	must(sendmsg(socket, fd_message(&out, fd), 0) == 1);
}

int receive_fd(int socket)
{
	struct fd_message in;
	int fd = -1;

	must(recvmsg(socket, fd_message(&in, fd), MSG_CMSG_CLOEXEC) == 1);
	must(in.message.msg_controllen && in.header.cmsg_type == SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(&in.header), sizeof(fd));
	return fd;
}

int abstract_socket(bool listens)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	/* The token tells one attempt's test from another's. */
	const int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
				    "escape-%s", token);
	const socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + length;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0);
	if (listens)
		must(bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 1) == 0);
	else
		must(connect(fd, (struct sockaddr *)&address, size) == 0);
	return fd;
}

/* -- system calls that the C library may lack ---------------------------------------- */

int sys_pidfd_open(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		unavailable("pidfd_open: %s", strerror(errno));
	return fd;
}

int sys_pidfd_getfd(int pidfd, int fd)
{
	return syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}
