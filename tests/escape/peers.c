// SPDX-License-Identifier: GPL-2.0
/*
 * Threads and processes that share a descriptor table, or a root, with the
 * one that calls chroot.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"

/* A child that shares what the flags say, until it has ended. */
static pid_t share(unsigned long flags, void (*function)(void))
{
	const pid_t pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	must(pid >= 0);
	if (pid == 0) {
		function();
		_exit(0);
	}
	return pid;
}

static void wait_for(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0) == pid);
	must(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void receive_number_and_look(void)
{
	int number;

	chroot_to_d();
	send_byte(pair[0]);
	must(read(pair[0], &number, sizeof(number)) == sizeof(number));
	look(number);
}

/* The other one opens it afterwards: the same number is valid for both. */
static void open_afterwards(void)
{
	int number;

	wait_byte(pair[1]);
	number = open_directory("/");
	must(write(pair[1], &number, sizeof(number)) == sizeof(number));
}

static void shared_table(void)
{
	pid_t pid;

	make_pair();
	pid = share(CLONE_FILES, receive_number_and_look);
	open_afterwards();
	wait_for(pid);
}

/* The root moves for both, and the directory is in the parent's table only. */
static void chroot_for_both(void)
{
	wait_byte(pair[1]);
	chroot_to_d();
	send_byte(pair[1]);
}

static void shared_root(void)
{
	int fd;

	make_pair();
	share(CLONE_FS, chroot_for_both);
	fd = open_directory("/");
	send_byte(pair[0]);
	wait_byte(pair[0]);
	look(fd);
}

/* The parent asks for it while the child only shares. */
static void shared_root_double_chroot(void)
{
	share(CLONE_FS, stay);
	chroot_entry("d");
	look(AT_FDCWD);
}

/* -- threads --------------------------------------------------------------------------- */

static void *thread_with_own_fs(void *unused)
{
	must(unshare(CLONE_FS) == 0);
	receive_number_and_look();
	return unused;
}

static void thread(void)
{
	pthread_t id;

	make_pair();
	must(pthread_create(&id, NULL, thread_with_own_fs, NULL) == 0);
	open_afterwards();
	must(pthread_join(id, NULL) == 0);
}

/* A table of its own satisfies allow_open_directories; the other's is near. */
static void *thread_with_own_table(void *unused)
{
	int number, fd;

	must(unshare(CLONE_FS | CLONE_FILES) == 0);
	chroot_to_d();
	send_byte(pair[0]);
	must(read(pair[0], &number, sizeof(number)) == sizeof(number));
	fd = sys_pidfd_getfd(sys_pidfd_open(getpid()), number);
	if (fd < 0)
		unavailable("pidfd_getfd: %s", strerror(errno));
	look(fd);
	return unused;
}

static void thread_and_table(void)
{
	pthread_t id;

	make_pair();
	must(pthread_create(&id, NULL, thread_with_own_table, NULL) == 0);
	open_afterwards();
	must(pthread_join(id, NULL) == 0);
}

const struct technique peer_techniques[] = {
	{ "child with CLONE_FILES, directory opened by its parent", .attack = shared_table,
	  .control = CAP(SYS_CHROOT), .nested = OUT_AT_2 },
	{ "child with CLONE_FS moves the root of its parent", .attack = shared_root,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "double chroot with a CLONE_FS child", .attack = shared_root_double_chroot,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "thread with a root of its own", .attack = thread, .control = CAP(SYS_CHROOT),
	  .nested = OUT_AT_2 },
	{ "thread with a root and descriptors of its own, pidfd_getfd",
	  .attack = thread_and_table, .control = CAP(SYS_CHROOT), .nested = OUT },
	{ 0 }
};
