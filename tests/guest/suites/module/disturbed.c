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
#define HELD	"/sys/module/" DISTURB "/parameters/"
#define REFCNT	"/sys/module/" MODULE_NAME "/refcnt"
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
	error = disturb("post", entry_symbols[0]);
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

/* The processor on which an unload is held up does nothing else for so long. */
enum { CALLERS_PROCESSOR, UNLOADERS_PROCESSOR };

static void stay_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	must(!sched_setaffinity(0, sizeof(set), &set));
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
	stay_on(CALLERS_PROCESSOR);
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
	/* Was one under way while the unload was held up? */
	return longest < 0.1 ? NEVER_MET : 0;
}

/* The module will be going, but its hook still there, until it is released. */
static bool begin_unload_held_up(void)
{
	/* As in tests/vm/bochs. */
	if (sysconf(_SC_NPROCESSORS_ONLN) <= UNLOADERS_PROCESSOR) {
		skip("this machine has one processor alone");
		return false;
	}
	granted = mmap(NULL, sizeof(*granted), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(granted != MAP_FAILED);
	ck_assert_int_eq(disturb("hold", "uchroot_hook_remove"), 0);
	stay_on(CALLERS_PROCESSOR);
	return true;
}

static void release(void)
{
	must(!file_write(HELD "released", "Y"));
}

/* It is in use now and then, until a try comes between two calls. */
static pid_t unload_in_the_end(void)
{
	const pid_t unloader = fork();
	int error;

	must(unloader >= 0);
	if (unloader)
		return unloader;
	stay_on(UNLOADERS_PROCESSOR);
	do
		error = module_unload(MODULE_NAME);
	while (error == -EAGAIN);
	_exit(-error);
}

static void expect_ends_well(pid_t pid, const char *who)
{
	int status;

	must(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(!status, "the %s ended with status %#x", who, status);
}

/* While the unload is held up a call begins, and begins again all the time. */
START_TEST(calls_meet_an_unload)
{
	double begin;
	clockid_t clock;
	pid_t caller, unloader;
	int i;

	if (!begin_unload_held_up())
		return;
	caller = fork();
	must(caller >= 0);
	if (!caller)
		_exit(call_until_gone());
	must(!clock_getcpuclockid(caller, &clock));
	/* What comes before may have to wait for the processor that is busy then. */
	while (!*granted)
		usleep(1000);
	unloader = unload_in_the_end();
	while (strcmp(file_read(HELD "holding"), "Y\n"))
		usleep(1000);
	/* How long that takes in its own time a slow machine does not change. */
	begin = seconds_of(clock);
	for (i = 0; i < 5000 && seconds_of(clock) < begin + 0.2; i++)
		usleep(1000);
	release();
	expect_ends_well(caller, "caller");
	expect_ends_well(unloader, "unloader");
	expect_module_gone();
}
END_TEST

static int traced_caller(void)
{
	int status;

	must(!ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	raise(SIGSTOP);
	status = call_until_gone();
	/* Its tracer sees that better. */
	return status == NEVER_MET ? 0 : status;
}

/* A tracer sees how the call ends, and that it begins anew, nothing else. */
START_TEST(tracer_sees_the_call_again)
{
	struct __ptrace_syscall_info info;
	int status, again = 0;
	bool must_begin = false;
	pid_t caller, unloader = 0;

	if (!begin_unload_held_up())
		return;
	caller = fork();
	must(caller >= 0);
	if (!caller)
		_exit(traced_caller());
	must(waitpid(caller, &status, 0) == caller && WIFSTOPPED(status));
	must(!ptrace(PTRACE_SETOPTIONS, caller, NULL,
		     PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	for (;;) {
		if (!unloader && *granted)
			unloader = unload_in_the_end();
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
		if (again == 3)
			release();
	}
	ck_assert_msg(!status, "the program saw something of it: status %#x", status);
	expect_ends_well(unloader, "unloader");
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
