// SPDX-License-Identifier: GPL-2.0
/*
 * uchroot-try SITUATION NEWROOT: puts itself into a situation that no shell
 * command makes, calls chroot(2) and says what came of it. For the demo.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "uchroot-try: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* A filter that lets everything pass: it counts that there is one. */
static void under_seccomp(void)
{
	struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &pass };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		fail("seccomp");
}

static void *sleep_long(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Threads have one root directory and one working directory together. */
static void with_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, sleep_long, NULL);
	if (errno)
		fail("pthread_create");
}

/* A child that shares what clone's flags say, and dies with its parent. */
static pid_t start_child(unsigned long flags)
{
	const pid_t pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid == -1)
		fail("clone");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sleep_long(NULL);
	}
	return pid;
}

/* The same directory, but in the mounts of another mount namespace. */
static char *in_other_mounts(const char *newroot)
{
	const pid_t pid = start_child(CLONE_NEWUSER | CLONE_NEWNS);
	char *path;

	if (asprintf(&path, "/proc/%d/root%s", (int)pid, newroot) == -1)
		fail("asprintf");
	return path;
}

int main(int argc, char *argv[])
{
	char *newroot;

	if (argc != 3)
		goto usage;
	newroot = argv[2];

	if (!strcmp(argv[1], "seccomp"))
		under_seccomp();
	else if (!strcmp(argv[1], "thread"))
		with_thread();
	else if (!strcmp(argv[1], "shared-descriptors"))
		start_child(CLONE_FILES);
	else if (!strcmp(argv[1], "other-mounts"))
		newroot = in_other_mounts(newroot);
	else
		goto usage;

	if (chroot(newroot)) {
		printf("chroot: %s\n", strerror(errno));
		return 1;
	}
	puts("chroot: granted");
	return 0;
usage:
	fputs("usage: uchroot-try seccomp|thread|shared-descriptors|other-mounts NEWROOT\n",
	      stderr);
	return 2;
}
