// SPDX-License-Identifier: GPL-2.0
/*
 * Tracers on the entry of chroot(2), begun before the module is loaded and
 * after: they see every call, and the module serves every call.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "neighbours.h"
#include "observe.h"
#include "scene.h"

#define TRACING	"/sys/kernel/tracing/"
#define TRACE_CMD	"/usr/bin/trace-cmd"

static void set(const char *file, const char *text)
{
	char path[128];
	int error;

	snprintf(path, sizeof(path), TRACING "%s", file);
	error = file_write(path, text);
	ck_assert_msg(!error, "%s to %s: %s", text, path, strerror(-error));
}

/* An empty write would do nothing: opening it so empties it. */
static void empty(const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), TRACING "%s", file);
	must(close(open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)) == 0);
}

/* -- the tracers ---------------------------------------------------------------------- */

static void kprobes_on(void)
{
	char probe[128];

	snprintf(probe, sizeof(probe), "p:neighbour/enter %s\n", entry_symbols[0]);
	set("kprobe_events", probe);
	snprintf(probe, sizeof(probe), "r:neighbour/leave %s result=$retval:s32\n",
		 entry_symbols[0]);
	set("kprobe_events", probe);
	set("events/neighbour/enable", "1");
}

static void kprobes_off(void)
{
	if (access(TRACING "events/neighbour", F_OK))
		return;
	set("events/neighbour/enable", "0");
	set("kprobe_events", "-:neighbour/enter\n");
	set("kprobe_events", "-:neighbour/leave\n");
}

static void syscall_events_on(void)
{
	set("events/syscalls/sys_enter_chroot/enable", "1");
	set("events/syscalls/sys_exit_chroot/enable", "1");
}

static void syscall_events_off(void)
{
	set("events/syscalls/sys_enter_chroot/enable", "0");
	set("events/syscalls/sys_exit_chroot/enable", "0");
}

static void function_on(void)
{
	set("set_ftrace_filter", entry_symbols[0]);
	set("current_tracer", "function");
}

static void graph_on(void)
{
	set("set_ftrace_filter", entry_symbols[0]);
	set("current_tracer", "function_graph");
}

static void tracer_off(void)
{
	set("current_tracer", "nop");
	empty("set_ftrace_filter");
}

#ifdef __x86_64__
static void trace_cmd(char *const *arguments)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		/* It says much about what this guest does not have. */
		must(dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO) == STDOUT_FILENO);
		execv(TRACE_CMD, arguments);
		_exit(127);
	}
	must(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(status == 0, "trace-cmd %s: wait status %#x", arguments[1], status);
}

static void trace_cmd_on(void)
{
	trace_cmd((char *[]){ "trace-cmd", "start", "-p", "function", "-l",
			      (char *)entry_symbols[0], NULL });
}

/* What it started, and all other tracing too; it leaves the recording switched off. */
static void trace_cmd_off(void)
{
	trace_cmd((char *[]){ "trace-cmd", "reset", NULL });
	set("tracing_on", "1");
}
#endif

static const struct tracer {
	const char *name;
	/* A file of a kernel that has it; none for a program. */
	const char *file;
	void (*on)(void), (*off)(void);
	/* What a granted and a refused call leave in the trace; %s: the function. */
	const char *enter, *granted, *refused;
	/* In Linux 5.10 it does not see a call that somebody redirects. */
	bool may_miss_served;
} tracers[] = {
	{ "kprobe and kretprobe", "kprobe_events", kprobes_on, kprobes_off,
	  "enter: (%s", "result=0", "result=-1", false },
	{ "events of the system call", "events/syscalls/sys_enter_chroot",
	  syscall_events_on, syscall_events_off,
	  "sys_chroot(filename", "sys_chroot -> 0x0", "sys_chroot -> 0xffffffff", false },
	{ "function", "set_ftrace_filter", function_on, tracer_off, "%s", NULL, NULL, false },
	/* "();", or "() {" of a caller that was moved to another processor meanwhile. */
	{ "function_graph", "set_graph_function", graph_on, tracer_off,
	  "%s()", NULL, NULL, true },
#ifdef __x86_64__
	/* A program with libraries, which guests of other architectures do not get. */
	{ "trace-cmd", NULL, trace_cmd_on, trace_cmd_off, "%s", NULL, NULL, false },
#endif
};

/* A kprobe there sets the address at which the call goes on, whoever redirected it. */
#ifdef __s390x__
#define KPROBES_UNDO	true
#else
#define KPROBES_UNDO	false
#endif

static const char *why_not(const struct tracer *tracer)
{
	char path[128];

	if (KPROBES_UNDO && tracer->on == kprobes_on)
		return "kprobes undo every redirection on this architecture";
	if (!tracer->file)
		return access(TRACE_CMD, X_OK) ? "there is no trace-cmd in this guest" : NULL;
	snprintf(path, sizeof(path), TRACING "%s", tracer->file);
	return access(path, F_OK) ? "this kernel does not have it" : NULL;
}

static bool skipped(const struct tracer *tracer)
{
	const char *reason;

	if (!need_tracing())
		return true;
	reason = why_not(tracer);
	if (reason)
		skip(reason);
	return reason;
}

/* -- with the module ------------------------------------------------------------------- */

static int lines_with(const char *text)
{
	const char *line;
	int count = 0;

	for (int n = 0; text && (line = trace_line(n)); n++)
		count += strstr(line, text) != NULL;
	return count;
}

static void expect_traced_and_served(const struct tracer *tracer)
{
	char enter[64];
	int seen;

	snprintf(enter, sizeof(enter), tracer->enter, entry_symbols[0]);
	empty("trace");
	ck_assert_int_eq(served_call("/"), 0);
	param_set("allowed_group", "4242");
	ck_assert_int_eq(served_call("/"), -EPERM);
	params_default();
	ck_assert_int_eq(stock_call("/"), -EPERM);

	seen = lines_with(enter);
	ck_assert_msg(seen == 3 || (tracer->may_miss_served && seen == 1),
		      "%s: expected 3 calls, the trace says:\n%s", tracer->name,
		      file_read(TRACING "trace"));
	if (seen != 3) {
		printf("# neighbours: %s sees only what the kernel answers\n", tracer->name);
		fflush(stdout);
	}
	if (!tracer->granted)
		return;
	ck_assert_msg(lines_with(tracer->granted) == 1 && lines_with(tracer->refused) == 2,
		      "%s: expected 1 granted, 2 refused, the trace says:\n%s",
		      tracer->name, file_read(TRACING "trace"));
}

START_TEST(tracer_before_the_module)
{
	const struct tracer *tracer = &tracers[_i];

	if (skipped(tracer))
		return;
	module_absent();
	tracer->on();
	module_fresh();
	expect_traced_and_served(tracer);
	/* The one goes, the other stays. */
	tracer->off();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

START_TEST(tracer_after_the_module)
{
	const struct tracer *tracer = &tracers[_i];

	need_module();
	if (skipped(tracer))
		return;
	tracer->on();
	expect_traced_and_served(tracer);
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	empty("trace");
	ck_assert_int_eq(served_call("/"), -EPERM);
	ck_assert_msg(lines_with("chroot") > 0, "%s sees nothing after the module is gone",
		      tracer->name);
	tracer->off();
	expect_module_gone();
}
END_TEST

/* Whatever a failed test left. */
static void all_off(void)
{
	for (int i = 0; i < COUNT(tracers); i++)
		if (!why_not(&tracers[i]) && tracing_open())
			tracers[i].off();
}

void add_tracing_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "tracing");

	tcase_add_unchecked_fixture(tc, NULL, all_off);
	tcase_add_loop_test(tc, tracer_before_the_module, 0, COUNT(tracers));
	tcase_add_loop_test(tc, tracer_after_the_module, 0, COUNT(tracers));
}
