// SPDX-License-Identifier: GPL-2.0
/*
 * Served calls without memory: refused or granted, never by halves.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "guest.h"
#include "observe.h"
#include "scene.h"

/* Log and audit take ten messages in five seconds; each call shall be one. */
#define MESSAGE_PAUSE_US 550000

enum watch {
	WATCH_NOT,
	WATCH_TRACE,
	WATCH_LOG,
	WATCH_AUDIT,
	WATCH_ALL,
	WATCHES
};

static const char *const watch_names[WATCHES] = {
	"unwatched", "traced", "logged", "audited", "traced, logged, audited",
};

static bool watched(enum watch watch, enum watch by)
{
	return watch == by || watch == WATCH_ALL;
}

/* The calls: what is asked for, and what a call with enough memory is told. */
static const struct call {
	const char *name;
	const char *parameter, *value;
	const char *path;
	int expected;
	const char *reason; /* "none": granted, NULL: not judged at all */
} calls[] = {
	{ "granted", NULL, NULL, "/tmp/faults", 0, "none" },
	{ "refused", "allowed_group", "4242", "/tmp/faults", -EPERM, "group" },
	{ "granted after a look at the descriptors", "allow_open_directories",
	  "0", "/tmp/faults", 0, "none" },
	{ "no such path", NULL, NULL, "/tmp/none", -ENOENT, NULL },
};

/* One call in a process of its own: what it was told, and what was left. */
struct outcome {
	int error;
	unsigned int left;
	bool root_moved;
};

static bool is_root(const char *path)
{
	struct stat root, st;

	return !stat("/", &root) && !stat(path, &st) &&
	       root.st_ino == st.st_ino && root.st_dev == st.st_dev;
}

static void child(const struct call *call, unsigned int nth, int out)
{
	struct outcome outcome;
	struct stat wanted, root;

	open_fault();
	must(!stat("/tmp/faults", &wanted));
	become_served_user();
	/* The same way once without a fault: stack and caches are warm then. */
	arm(NEVER);
	sys_chroot("/tmp/none");
	disarm();

	arm(nth);
	outcome.error = sys_chroot(call->path);
	outcome.left = disarm();
	must(!stat("/", &root));
	outcome.root_moved = root.st_ino == wanted.st_ino &&
			     root.st_dev == wanted.st_dev;
	must(write(out, &outcome, sizeof(outcome)) == sizeof(outcome));
	_exit(0);
}

static struct outcome call_with_fault(const struct call *call, unsigned int nth)
{
	struct outcome outcome;
	int ends[2], status;
	pid_t pid;

	must(!pipe(ends));
	pid = fork();
	must(pid >= 0);
	if (!pid)
		child(call, nth, ends[1]);
	must(waitpid(pid, &status, 0) == pid && !status);
	must(read(ends[0], &outcome, sizeof(outcome)) == sizeof(outcome));
	close(ends[0]);
	close(ends[1]);
	return outcome;
}

/* Whatever was refused for want of memory was not granted by halves. */
static void check_outcome(const struct call *call,
			  const struct outcome *outcome, unsigned int nth)
{
	if (outcome->left)
		ck_assert_int_eq(outcome->error, call->expected);
	else
		ck_assert_msg(
			outcome->error == call->expected ||
				outcome->error == -ENOMEM,
			"allocation %u of the call: %s, expected %s or %s", nth,
			strerror(-outcome->error), strerror(-call->expected),
			strerror(ENOMEM));
	ck_assert_msg(outcome->root_moved == !outcome->error,
		      "allocation %u of the call: %s, but the root %s", nth,
		      strerror(-outcome->error),
		      outcome->root_moved ? "moved" : "did not move");
}

/* A verdict is traced, even without memory for the path. */
static void check_trace(const struct call *call, const struct outcome *outcome)
{
	const char *line = trace_line(0);

	if (outcome->error == call->expected && call->reason)
		ck_assert_msg(line && has_field(line, "reason", call->reason),
			      "expected a line with reason=%s: %s",
			      call->reason, line ? line : "none");
	/* Without memory for a verdict there is none. */
	ck_assert_msg(!line || outcome->error == call->expected,
		      "%s, but traced: %s", strerror(-outcome->error), line);
}

static void try_with_fault(const struct call *call, enum watch watch,
			   unsigned int nth, struct outcome *outcome)
{
	const unsigned long long before = counter_sum();
	bool judged;

	if (watched(watch, WATCH_TRACE))
		trace_start();
	*outcome = call_with_fault(call, nth);
	if (watched(watch, WATCH_TRACE)) {
		trace_stop();
		check_trace(call, outcome);
	}
	check_outcome(call, outcome, nth);
	judged = outcome->error == call->expected && call->reason;
	ck_assert_uint_eq(counter_sum(), before + judged);
	ck_assert_str_eq(file_read(MODULE_DIR "/refcnt"),
			 "0\n");
}

START_TEST(call_fails_anywhere)
{
	const struct call *call = &calls[_i / WATCHES];
	const enum watch watch = _i % WATCHES;
	struct outcome outcome;
	char what[128];
	unsigned int nth;

	must(!mkdir("/tmp/faults", 0755) || errno == EEXIST);
	must(is_root("/"));
	if (call->parameter)
		param_set(call->parameter, call->value);
	param_set("log", watched(watch, WATCH_LOG) ? "2" : "0");
	if (watched(watch, WATCH_AUDIT))
		audit_enable(true);

	snprintf(what, sizeof(what), "%s, %s", call->name, watch_names[watch]);
	for (nth = 1;; nth++) {
		note("%s: allocation %u", what, nth);
		if (watched(watch, WATCH_LOG) || watched(watch, WATCH_AUDIT))
			usleep(MESSAGE_PAUSE_US);
		try_with_fault(call, watch, nth, &outcome);
		if (outcome.left)
			break;
		count(outcome.error != call->expected);
	}
	if (watched(watch, WATCH_AUDIT))
		audit_enable(false);
	params_default();
	say(what);
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	module_fresh();
}
END_TEST

void add_call_cases(Suite *suite)
{
	tcase_add_loop_test(add_faults(suite, "calls"), call_fails_anywhere, 0,
			    COUNT(calls) * WATCHES);
}
