// SPDX-License-Identifier: GPL-2.0
/*
 * Memory runs out: each allocation that a load, a call or an unload makes fails
 * once, one after the other. For kernels with fault injection only, so this
 * suite runs when it is named.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "scene.h"
#include "suites.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define FAULTS "/sys/kernel/debug"
#define NEVER 100000000U

/* -- the fault --------------------------------------------------------------- */

/* Opened by root, for the callers that are not. */
static int fail_nth = -1;

static void faults_setup(void)
{
	static const struct {
		const char *file, *value;
	} settings[] = {
		{ "failslab/ignore-gfp-wait", "N" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
	};
	char path[128];

	for (int i = 0; i < COUNT(settings); i++) {
		snprintf(path, sizeof(path), FAULTS "/%s", settings[i].file);
		ck_assert_msg(!file_write(path, settings[i].value),
			      "%s: this kernel injects no faults", path);
	}
}

/*
 * From here on the nth allocation of this thread fails. A fork would inherit
 * neither the number nor, being another thread, the file: so it is opened anew.
 */
static void open_fault(void)
{
	fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	must(fail_nth >= 0);
}

static void arm(unsigned int nth)
{
	char number[16];
	const int length = snprintf(number, sizeof(number), "%u", nth);

	must(pwrite(fail_nth, number, length, 0) == length);
}

/* Ends it. How many allocations were left before the failing one; 0: it failed. */
static unsigned int disarm(void)
{
	char number[16] = "";

	must(pread(fail_nth, number, sizeof(number) - 1, 0) > 0);
	arm(0);
	return strtoul(number, NULL, 10);
}

/* What came of a scenario: how many faults, and what they did. */
static struct tally {
	unsigned int injected, refused, survived;
} tally;

static void count(int error)
{
	tally.injected++;
	if (error)
		tally.refused++;
	else
		tally.survived++;
}

/* Log and audit take ten messages in five seconds; each call shall be one. */
#define MESSAGE_PAUSE_US 550000

/* A comment in the results: for the reader, and for scripts/check-debug. */
static void say(const char *what)
{
	dprintf(STDOUT_FILENO,
		"# faults: %s: %u injected, %u refused, %u survived\n", what,
		tally.injected, tally.refused, tally.survived);
	ck_assert_msg(tally.injected, "%s: no allocation failed at all", what);
}

/* -- loading and unloading --------------------------------------------------- */

/* finit_module(2) alone, with a descriptor that is open already. */
static int load(int fd)
{
	return syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
}

static void expect_module_works(void)
{
	ck_assert_msg(!served_call("/"), "loaded, but a served call fails");
	ck_assert_int_eq(stock_call("/"), -EPERM);
	ck_assert_uint_eq(counter("allowed"), 1);
	must(!access("/sys/module/" MODULE_NAME "/parameters/locked", F_OK));
	must(!access("/sys/module/" MODULE_NAME "/stats/refused_mac", F_OK));
}

/* The same file once without a fault, so that the caches are warm. */
static unsigned int allocations_of_load(int fd)
{
	unsigned int left;

	arm(NEVER);
	ck_assert_int_eq(load(fd), 0);
	left = disarm();
	module_absent();
	return NEVER - left;
}

START_TEST(load_fails_anywhere)
{
	const int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	unsigned int expected, nth, left = 0;
	const int kmsg = kmsg_open();
	const char *line;
	int error;

	must(fd >= 0);
	module_absent();
	open_fault();
	expected = allocations_of_load(fd);

	for (nth = 1;; nth++) {
		note("allocation %u of about %u of the load", nth, expected);
		arm(nth);
		error = load(fd);
		left = disarm();
		if (left) {
			ck_assert_int_eq(error, 0);
			break;
		}
		count(error);
		ck_assert_msg(!error || error == -ENOMEM,
			      "allocation %u of the load: %s, expected %s", nth,
			      strerror(-error), strerror(ENOMEM));
		line = kmsg_next(kmsg, "was not found");
		ck_assert_msg(!line, "allocation %u of the load: not for want of memory: %s",
			      nth, line);
		if (error) {
			expect_module_gone();
			continue;
		}
		/* What the kernel did without: it is whole none the less. */
		expect_module_works();
		module_absent();
		expect_module_gone();
	}
	say("load");
	module_absent();
	module_fresh();
	expect_module_works();
}
END_TEST

START_TEST(unload_fails_nowhere)
{
	unsigned int nth, left;
	int error;

	open_fault();
	for (nth = 1;; nth++) {
		module_fresh();
		arm(nth);
		error = module_unload(MODULE_NAME);
		left = disarm();
		if (left) {
			ck_assert_int_eq(error, 0);
			break;
		}
		count(error);
		ck_assert_msg(!error, "allocation %u of the unload: %s", nth,
			      strerror(-error));
		expect_module_gone();
	}
	/* An unload that allocates nothing cannot fail. */
	dprintf(STDOUT_FILENO, "# faults: unload: %u injected, %u survived\n",
		tally.injected, tally.survived);
	expect_module_gone();
	module_fresh();
}
END_TEST

/* -- served calls ------------------------------------------------------------- */

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
	/* Without memory before or for the verdict: not judged, or refused. */
	ck_assert_msg(!line || outcome->error == call->expected ||
			      has_field(line, "reason", "mac"),
		      "%s, but traced: %s", strerror(-outcome->error), line);
}

static void try_with_fault(const struct call *call, enum watch watch,
			   unsigned int nth, struct outcome *outcome)
{
	const unsigned long long before = counter_sum();

	if (watched(watch, WATCH_TRACE))
		trace_start();
	*outcome = call_with_fault(call, nth);
	if (watched(watch, WATCH_TRACE)) {
		trace_stop();
		check_trace(call, outcome);
	}
	check_outcome(call, outcome, nth);
	if (outcome->error == call->expected)
		ck_assert_uint_eq(counter_sum(), before + !!call->reason);
	else
		ck_assert_uint_le(counter_sum(), before + 1);
	ck_assert_str_eq(file_read("/sys/module/" MODULE_NAME "/refcnt"),
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

/* -- parameters ---------------------------------------------------------------- */

START_TEST(write_fails_anywhere)
{
	unsigned int nth, left;
	int fd, error;

	fd = open("/sys/module/" MODULE_NAME "/parameters/allowed_group",
		  O_RDWR | O_CLOEXEC);
	must(fd >= 0);
	open_fault();
	for (nth = 1;; nth++) {
		arm(nth);
		error = pwrite(fd, "7", 1, 0) == 1 ? 0 : -errno;
		left = disarm();
		if (left)
			break;
		count(error);
		/* The checks of the kernel itself do without what they ask for. */
		ck_assert_msg(!error || error == -ENOMEM,
			      "allocation %u of the write: %s", nth, strerror(-error));
		ck_assert_str_eq(param_read("allowed_group"), error ? "-1" : "7");
		param_set("allowed_group", "-1");
	}
	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(param_read("allowed_group"), "7");
	close(fd);
	say("parameter");
	params_default();
}
END_TEST

static TCase *add_faults(Suite *suite, const char *name)
{
	TCase *tc = add_case(suite, name);

	/* A load has some thousand allocations, on a kernel that checks each. */
	tcase_set_timeout(tc, 7200);
	tcase_add_checked_fixture(tc, faults_setup, NULL);
	return tc;
}

Suite *faults_suite(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc;

	tc = add_faults(suite, "calls");
	tcase_add_loop_test(tc, call_fails_anywhere, 0, COUNT(calls) * WATCHES);

	tc = add_faults(suite, "parameters");
	tcase_add_test(tc, write_fails_anywhere);

	tc = add_faults(suite, "module");
	tcase_add_test(tc, unload_fails_nowhere);
	tcase_add_test(tc, load_fails_anywhere);
	return suite;
}
