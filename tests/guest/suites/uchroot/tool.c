// SPDX-License-Identifier: GPL-2.0
/*
 * Running the tool and reading what it says (uchroot.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "tool.h"

#define TOOL	"/usr/lib/uchroot-tests/uchroot"
#define NOT_EXECUTED	99

static int tool = -1;
static bool tomoyo;
void (*uchroot_before)(void);

void uchroot_open(void)
{
	tool = open(TOOL, O_RDONLY | O_CLOEXEC);
	must(tool >= 0);
	tomoyo = strstr(file_read("/sys/kernel/security/lsm"), "tomoyo");
}

struct start {
	int program, output, error;
	const char *const *arguments;
};

static int start(void *argument)
{
	struct start *s = argument;

	dup2(s->output, STDOUT_FILENO);
	dup2(s->output, STDERR_FILENO);
	if (uchroot_before)
		uchroot_before();
	syscall(SYS_execveat, s->program, "", s->arguments, environ,
		AT_EMPTY_PATH);
	s->error = errno;
	_exit(NOT_EXECUTED);
}

static void run_program(struct ran *ran, unsigned long clone_flags, int program,
			const char *const *arguments)
{
	static char stack[1 << 14] __attribute__((aligned(16)));
	struct start s = { .program = program, .arguments = arguments };
	size_t length = 0;
	int status, ends[2];
	ssize_t got;
	pid_t pid;

	must(!pipe2(ends, O_CLOEXEC));
	s.output = ends[1];
	/* As vfork(2): there are thousands of runs, and memory to copy. */
	pid = clone(start, stack + sizeof(stack),
		    clone_flags | CLONE_VM | CLONE_VFORK | SIGCHLD, &s);
	must(pid > 0);
	close(ends[1]);
	do {
		got = read(ends[0], ran->output + length,
			   sizeof(ran->output) - 1 - length);
		length += got > 0 ? got : 0;
	} while (got > 0);
	ran->output[length] = '\0';
	close(ends[0]);
	must(waitpid(pid, &status, 0) == pid);
	ran->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ran->error = s.error;
}

/*
 * Up to ada1986d0797 ("tomoyo: fallback to realpath if symlink's pathname does not
 * exist", 6.13 and stable releases since) TOMOYO lets nobody execute a file by its
 * descriptor, who has no /dev/fd in his root.
 */
static void expect_executed(const struct ran *ran)
{
	if (ran->status == NOT_EXECUTED && ran->error == ENOENT && tomoyo) {
		skip("this kernel's TOMOYO finds no name for a descriptor without /dev/fd");
		exit(EXIT_SUCCESS);
	}
	check_quietly(ran->status != NOT_EXECUTED, "the program cannot be executed: %s",
		      strerror(ran->error));
}

/*
 * The process that shares is one in between: this one must not be moved by
 * what the program does.
 */
static void run_sharing(struct ran *ran, unsigned long clone_flags, int program,
			const char *const *arguments)
{
	struct ran *shared;
	pid_t pid;

	if (!clone_flags) {
		run_program(ran, 0, program, arguments);
		expect_executed(ran);
		return;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared != MAP_FAILED);
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		run_program(shared, clone_flags, program, arguments);
		_exit(0);
	}
	must(waitpid(pid, NULL, 0) == pid);
	*ran = *shared;
	munmap(shared, sizeof(*shared));
	expect_executed(ran);
}

void run_uchroot(struct ran *ran, unsigned long clone_flags,
		 const char *const *arguments)
{
	const char *all[16] = { "uchroot" };
	int i;

	for (i = 0; arguments[i]; i++) {
		must(i < COUNT(all) - 2);
		all[i + 1] = arguments[i];
	}
	run_sharing(ran, clone_flags, tool, all);
}

const char *new_root(void)
{
	const char *root = make_dir("newroot");

	must(!link("/usr/lib/uchroot-tests/guest-tests", path_in(root, PROGRAM + 1)));
	make_file(path_in(root, "not-executable"), 0644);
	return root;
}

void expect_run(const char *const *arguments, int status, const char *text)
{
	static struct ran ran;

	run_uchroot(&ran, 0, arguments);
	ck_assert_msg(ran.status == status, "uchroot %s ...: status %d, expected %d: %s",
		      arguments[0], ran.status, status, ran.output);
	ck_assert_msg(strstr(ran.output, text), "uchroot %s ...: expected \"%s\" in: %s",
		      arguments[0], text, ran.output);
}

static int call(void *path)
{
	_exit(-sys_chroot(path));
}

/* In a child without an execve, which would change nothing that counts here. */
static int plain_chroot(const char *path, unsigned long clone_flags)
{
	static char stack[1 << 14] __attribute__((aligned(16)));
	const pid_t pid = clone(call, stack + sizeof(stack),
				clone_flags | CLONE_VM | CLONE_VFORK | SIGCHLD,
				(void *)path);
	int status;

	must(pid > 0);
	must(waitpid(pid, &status, 0) == pid);
	must(WIFEXITED(status));
	return WEXITSTATUS(status);
}

int run_plain_chroot(const char *path, unsigned long clone_flags)
{
	int status;
	pid_t pid;

	if (!clone_flags)
		return -plain_chroot(path, 0);
	pid = fork();
	must(pid >= 0);
	if (!pid)
		_exit(plain_chroot(path, clone_flags));
	must(waitpid(pid, &status, 0) == pid);
	must(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

int agreement_step(int count)
{
	const char *text = getenv("AGREEMENT_STEP");
	const int step = text ? atoi(text) : 1;

	return step < 1 ? 1 : step < count ? step : count;
}

/* -- what --explain --json says ------------------------------------------------ */

const char *json_value(const char *json, const char *key)
{
	static char values[4][256];
	static int next;
	char *value = values[next = (next + 1) % 4];
	char pattern[64];
	const char *at;

	snprintf(pattern, sizeof(pattern), "\"%s\": ", key);
	at = strstr(json, pattern);
	check_quietly(at, "no \"%s\" in: %s", key, json);
	at += strlen(pattern);
	if (*at == '"')
		snprintf(value, sizeof(values[0]), "%.*s",
			 (int)strcspn(at + 1, "\""), at + 1);
	else
		snprintf(value, sizeof(values[0]), "%.*s",
			 (int)strcspn(at, ",}]"), at);
	return value;
}

bool json_condition(const char *json, const char *name, const char *state)
{
	char pattern[128];

	snprintf(pattern, sizeof(pattern),
		 "{\"name\": \"%s\", \"state\": \"%s\", \"asked\": true", name, state);
	return strstr(json, pattern);
}
