// SPDX-License-Identifier: GPL-2.0
/*
 * Others in the kernel get in the way of a call or of an unload: the module is
 * never lost for it, and no call is answered wrongly.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "module.h"
#include "observe.h"
#include "scene.h"

#define DISTURB	"disturb"
#define REFCNT	MODULE_DIR "/refcnt"
#define PANIC_ON_WARN	"/proc/sys/kernel/panic_on_warn"
/* What only the kernel and tracers ever see (include/linux/errno.h). */
#define ERESTARTNOINTR	513

static int disturb(const char *how, const char *symbol)
{
	char parameter[64];

	snprintf(parameter, sizeof(parameter), "%s=%s", how, symbol);
	return module_load("/lib/modules/" DISTURB ".ko", parameter);
}

static void expect_unloads(void)
{
	ck_assert_str_eq(file_read(REFCNT), "0\n");
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
}

/* -- a kprobe that takes the call away ------------------------------------------ */

/* Who of the two has the last word is the kernel's business. */
START_TEST(call_taken_away)
{
	const bool before = _i;
	int i, error;

	if (before) {
		module_absent();
		ck_assert_int_eq(disturb("take", entry_symbols[0]), 0);
		module_fresh();
	} else {
		ck_assert_int_eq(disturb("take", entry_symbols[0]), 0);
	}
	for (i = 0; i < 3; i++) {
		error = served_call("/");
		ck_assert_msg(error == -EXDEV || error == 0, "a call gives %s",
			      strerror(-error));
	}
	printf("# module: a kprobe that takes calls away, %s the module: %s\n",
	       before ? "before" : "after", error ? "it has them" : "the module has them");
	fflush(stdout);
	ck_assert_int_eq(module_unload(DISTURB), 0);
	expect_unloads();
}
END_TEST

/* -- a kprobe that wants the entry for itself -------------------------------------- */

/*
 * Before 5ef268cb7a0a (7.0, and stable releases since) a kernel that refuses such a
 * kprobe warns of it. tests/vm/klog-allow excuses that, but the machine must live.
 */
static int disturb_post(void)
{
	char fatal[8];
	int error;

	snprintf(fatal, sizeof(fatal), "%s", file_read(PANIC_ON_WARN));
	must(!file_write(PANIC_ON_WARN, "0"));
	error = disturb("post", entry_symbols[0]);
	must(!file_write(PANIC_ON_WARN, fatal));
	return error;
}

/*
 * With a post_handler a kprobe needs the right to redirect, as the module does,
 * where kprobes work by ftrace; else both go together.
 */
START_TEST(kprobe_with_post_handler)
{
	const bool before = _i;
	const int kmsg = kmsg_open();
	const char *line;
	int error;

	if (before)
		module_absent();
	error = disturb_post();
	if (before) {
		ck_assert_int_eq(error, 0);
		error = module_load(MODULE_FILE, "");
	}
	ck_assert_msg(error == 0 || error == -EBUSY, "the second of them: %s",
		      strerror(-error));
#ifdef __x86_64__
	/* 7.3 registers the second all the same, and does not ask the module. */
	if (before)
		ck_assert_int_eq(error, -EBUSY);
#endif
	if (!before)
		ck_assert_int_eq(served_call("/"), 0);
	if (before && error) {
		line = kmsg_next(kmsg, MODULE_NAME ": cannot load");
		ck_assert_msg(line && strstr(line, "kprobe with a post_handler"),
			      "the kernel log must name kprobes, it says: %s",
			      line ? line : "nothing");
		expect_module_gone();
	}
	if (module_loaded(DISTURB))
		ck_assert_int_eq(module_unload(DISTURB), 0);
	if (before)
		module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- calls that meet an unload ------------------------------------------------------ */

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	must(!clock_gettime(clock, &now));
	return now.tv_sec + now.tv_nsec / 1e9;
}

enum { NEVER_MET = 10, WRONG_ANSWER };

/* How many calls were granted. */
static volatile unsigned long *granted;

/* Calls until the module is gone. Granted or the kernel's own EPERM, no other. */
static int call_until_gone(void)
{
	double longest = 0, begin, took;
	int error;

	close_all();
	become_served_user();
	do {
		begin = seconds_of(CLOCK_MONOTONIC);
		error = sys_chroot("/");
		took = seconds_of(CLOCK_MONOTONIC) - begin;
		if (took > longest)
			longest = took;
	} while (error == 0 && ++*granted);
	if (error != -EPERM)
		return WRONG_ANSWER;
	/* Was one under way while the module was on its way out? */
	return longest < 0.1 ? NEVER_MET : 0;
}

static int traced_caller(void)
{
	int status;

	must(!ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	raise(SIGSTOP);
	status = call_until_gone();
	/* Its tracer sees that better. */
	return status == NEVER_MET ? 0 : status;
}

static pid_t start(int (*caller)(void))
{
	pid_t pid;

	granted = mmap(NULL, sizeof(*granted), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(granted != MAP_FAILED);
	pid = fork();
	must(pid >= 0);
	if (!pid)
		_exit(caller());
	return pid;
}

/* What delete_module() does first, and no more of it until end_unload(). */
static void begin_unload(void)
{
	ck_assert_int_eq(disturb("going", MODULE_NAME), 0);
	ck_assert_int_eq(module_unload(MODULE_NAME), -EBUSY);
}

/* The module is in use now and then, until a try comes between two calls. */
static void end_unload(void)
{
	int error;

	ck_assert_int_eq(module_unload(DISTURB), 0);
	do
		error = module_unload(MODULE_NAME);
	while (error == -EAGAIN && !sched_yield());
	ck_assert_int_eq(error, 0);
}

/* Meanwhile a call begins, and begins again all the time. */
START_TEST(calls_meet_an_unload)
{
	const pid_t caller = start(call_until_gone);
	clockid_t clock;
	double begin;
	int i, status;

	must(!clock_getcpuclockid(caller, &clock));
	while (!*granted)
		usleep(1000);
	begin_unload();
	/* How long that takes in its own time a slow machine does not change. */
	begin = seconds_of(clock);
	for (i = 0; i < 30000 && seconds_of(clock) < begin + 0.2; i++)
		usleep(1000);
	end_unload();
	must(waitpid(caller, &status, 0) == caller);
	ck_assert_msg(!status, "the caller ended with status %#x", status);
	expect_module_gone();
}
END_TEST

/* A tracer sees how the call ends, and that it begins anew, nothing else. */
START_TEST(tracer_sees_the_call_again)
{
	const pid_t caller = start(traced_caller);
	struct __ptrace_syscall_info info;
	bool begun = false, must_begin = false;
	int status, again = 0;

	must(waitpid(caller, &status, 0) == caller && WIFSTOPPED(status));
	must(!ptrace(PTRACE_SETOPTIONS, caller, NULL,
		     PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	for (;;) {
		must(!ptrace(PTRACE_SYSCALL, caller, NULL, NULL));
		must(waitpid(caller, &status, 0) == caller);
		if (!WIFSTOPPED(status))
			break;
		ck_assert_msg(WSTOPSIG(status) == (SIGTRAP | 0x80),
			      "it was stopped by signal %d", WSTOPSIG(status));
		must(ptrace(PTRACE_GET_SYSCALL_INFO, caller,
			    (void *)sizeof(info), &info) > 0);
		if (must_begin)
			ck_assert_msg(info.op == PTRACE_SYSCALL_INFO_ENTRY &&
				      info.entry.nr == SYS_chroot,
				      "the call did not begin anew");
		must_begin = info.op == PTRACE_SYSCALL_INFO_EXIT &&
			     info.exit.is_error && info.exit.rval == -ERESTARTNOINTR;
		again += must_begin;
		if (*granted && !begun) {
			begin_unload();
			begun = true;
		}
		if (must_begin && again == 3)
			end_unload();
	}
	ck_assert_msg(!status, "the program saw something of it: status %#x", status);
	ck_assert_msg(again >= 3, "the call began anew %d times", again);
	expect_module_gone();
}
END_TEST

void add_disturbed_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "disturbed");

	tcase_add_loop_test(tc, call_taken_away, 0, 2);
	tcase_add_loop_test(tc, kprobe_with_post_handler, 0, 2);
	tcase_add_test(tc, calls_meet_an_unload);
	tcase_add_test(tc, tracer_sees_the_call_again);
}
