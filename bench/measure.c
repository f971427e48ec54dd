// SPDX-License-Identifier: GPL-2.0
/*
 * How the cost of a call is found out.
 */
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "bench.h"

long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000 + time.tv_nsec;
}

void nothing(void)
{
}

void be_served(void)
{
	be_user(true);
}

void be_unserved(void)
{
	be_user(false);
}

void served_in_jail(void)
{
	if (chroot("/tmp") || chdir("/"))
		die("cannot make a jail");
	be_served();
}

void change_root(void)
{
	syscall(SYS_chroot, "/");
}

void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

void set_parameter(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path),
		 "/sys/module/" MODULE_NAME "/parameters/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || write(fd, value, strlen(value)) != (ssize_t)strlen(value))
		die("cannot set %s", path);
	close(fd);
}

/* All of them, none a directory. */
void open_descriptors(int count)
{
	static int opened;
	const struct rlimit limit = { count + 16, count + 16 };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		die("cannot have %d descriptors", count);
	if (!opened) {
		if (close_range(0, ~0U, 0) || open("/dev/null", O_RDWR))
			die("cannot open /dev/null");
		opened = 1;
	}
	for (; opened < count; opened++)
		if (dup(0) != opened)
			die("dup");
}

bool in_a_process(void (*function)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		function();
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	return !status;
}

/* Memory that a child's result comes back in: it may have no descriptors left. */
static long *result(void)
{
	static long *memory;

	if (!memory)
		memory = shared_memory(sizeof(*memory));
	return memory;
}

static struct {
	void (*become)(void);
	void (*call)(void);
	const char *path;
	struct effort effort;
} job;

static void fastest_round(void)
{
	long start, took, least = 0;
	int round, i;

	job.become();
	for (i = 0; i < job.effort.warm_up; i++)
		job.call();
	for (round = 0; round < job.effort.rounds; round++) {
		start = now();
		for (i = 0; i < job.effort.calls; i++)
			job.call();
		took = now() - start;
		if (!round || took < least)
			least = took;
	}
	*result() = least;
}

double cost_of(void (*become)(void), void (*call)(void),
	       const struct effort *effort)
{
	job.become = become;
	job.call = call;
	job.effort = *effort;
	result();
	if (!in_a_process(fastest_round))
		die("no measurement");
	return (double)*result() / effort->calls;
}

#define PROCESSES 15
#define WARM_UP 50

static void one_chroot(void)
{
	long start, took, clock;
	int i;

	job.become();
	for (i = 0; i < WARM_UP; i++) {
		access(job.path, X_OK);
		syscall(SYS_chroot, "/");
		start = now();
		clock = now() - start;
	}
	start = now();
	if (syscall(SYS_chroot, job.path))
		die("chroot to %s", job.path);
	took = now() - start;
	*result() = took - clock;
}

double cost_of_one_chroot(void (*become)(void), const char *path)
{
	long least = 0;
	int i;

	job.become = become;
	job.path = path;
	result();
	for (i = 0; i < PROCESSES; i++) {
		if (!in_a_process(one_chroot))
			die("no measurement of %s", path);
		if (!i || *result() < least)
			least = *result();
	}
	return least;
}

long cost_of_command(const char *const *command, int rounds)
{
	long start, took, least = 0;
	int round, status;
	pid_t pid;

	for (round = 0; round < rounds; round++) {
		start = now();
		if (posix_spawn(&pid, command[0], NULL, NULL,
				(char *const *)command, environ) ||
		    waitpid(pid, &status, 0) != pid || status)
			die("cannot run %s", command[0]);
		took = now() - start;
		if (!round || took < least)
			least = took;
	}
	return least;
}
