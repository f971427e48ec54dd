// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer that changes the first argument before the call begins: a served call
 * heeds it exactly as the kernel's own does.
 */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__aarch64__) || defined(__riscv) || defined(__powerpc64__)
#include <asm/ptrace.h>
#endif

#include "fchroot_calls.h"
#include "guest.h"
#include "hook.h"
#include "scene.h"

#if defined(__x86_64__)
typedef struct user_regs_struct registers;
#define FIRST_ARGUMENT(from)	((from)->rdi)
#elif defined(__i386__)
typedef struct user_regs_struct registers;
#define FIRST_ARGUMENT(from)	((from)->ebx)
#elif defined(__aarch64__)
typedef struct user_pt_regs registers;
#define FIRST_ARGUMENT(from)	((from)->regs[0])
#elif defined(__riscv)
typedef struct user_regs_struct registers;
#define FIRST_ARGUMENT(from)	((from)->a0)
#elif defined(__powerpc64__)
typedef struct pt_regs registers;
#define FIRST_ARGUMENT(from)	((from)->gpr[3])
#elif defined(__s390x__)
typedef struct _user_regs_struct registers;
/* In gprs[2] a tracer finds the number of the call. */
#define FIRST_ARGUMENT(from)	((from)->orig_gpr2)
#endif

/* What the program asks for, and what the tracer makes of it. */
static const char *asked, *changed;
static int asked_fd, changed_fd;

static int by_path(void)
{
	return sys_chroot(asked);
}

static int by_fd(void)
{
	return sys_fchroot(asked_fd, 0);
}

static const struct {
	int (*call)(void);
	bool is_fd;
} ways[] = { { by_path, false }, { by_fd, true } };

static int (*call)(void);
static bool served;

/* Its exit status: which of the two it is in now, or 0. */
static int traced(void)
{
	struct stat a, c, now;
	int error;

	must(!stat(asked, &a) && !stat(changed, &c));
	if (served)
		become_served_user();
	must(!ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	raise(SIGSTOP);
	error = call();
	must(!stat("/", &now));
	if (error)
		return 3;
	return now.st_ino == a.st_ino ? 1 : now.st_ino == c.st_ino ? 2 : 0;
}

static void resume(pid_t pid, int *status)
{
	must(!ptrace(PTRACE_SYSCALL, pid, NULL, NULL));
	must(waitpid(pid, status, 0) == pid);
}

static int outcome(bool by_descriptor)
{
	registers regs;
	struct iovec area = { .iov_base = &regs, .iov_len = sizeof(regs) };
	pid_t pid = fork();
	int status;

	must(pid >= 0);
	if (!pid)
		_exit(traced());
	must(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	must(!ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	resume(pid, &status);
	must(WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80));
	must(!ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &area));
	FIRST_ARGUMENT(&regs) = by_descriptor ? (unsigned long)changed_fd :
						(unsigned long)changed;
	must(!ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &area));
	do
		resume(pid, &status);
	while (WIFSTOPPED(status));
	must(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(tracer_changes_the_argument)
{
	int kernel, ours;

	asked = make_dir("asked");
	changed = make_dir("changed");
	asked_fd = open(asked, O_PATH);
	changed_fd = open(changed, O_PATH);
	must(asked_fd >= 0 && changed_fd >= 0);
	call = ways[_i].call;

	served = false;
	kernel = outcome(ways[_i].is_fd);
	ck_assert_msg(kernel == 1 || kernel == 2, "the kernel's own call: %d", kernel);
	served = true;
	ours = outcome(ways[_i].is_fd);
	ck_assert_msg(ours == kernel,
		      "the kernel takes the %s argument, the module the %s one",
		      kernel == 1 ? "old" : "new",
		      ours == 1 ? "old" : ours == 2 ? "new" : "wrong");
	ck_assert_uint_eq(counter("allowed"), 1);
}
END_TEST

void add_tracer_cases(Suite *suite, bool with_fchroot)
{
	TCase *tc = add_case(suite, "tracer");

	tcase_add_checked_fixture(tc, module_fresh, NULL);
	if (with_fchroot)
		tcase_add_loop_test(tc, tracer_changes_the_argument, 1, 2);
	else
		tcase_add_loop_test(tc, tracer_changes_the_argument, 0, 1);
}
