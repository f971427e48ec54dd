// SPDX-License-Identifier: GPL-2.0
/*
 * The lock of the system's mounts, which everybody waits for: no user may have it
 * held for as long as his directories are deep.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"
#include "observe.h"

#define TRACING	"/sys/kernel/tracing/"
/* It takes that lock, and walks up to the root of the mount under it. */
#define LOCKING	"path_is_under"

static void tracer_off(void)
{
	file_write(TRACING "current_tracer", "nop");
	close(open(TRACING "set_ftrace_filter", O_WRONLY | O_TRUNC));
}

static const char *cwd, *root;

static int call_from_cwd(void *unused)
{
	(void)unused;
	must(!chdir(cwd));
	become_served_user();
	return -sys_chroot(root);
}

/* How often one call, whose result this must be, takes the lock. */
static int times_locked(const char *from, int expected)
{
	const char *trace;
	int times = 0;

	cwd = from;
	must(!close(open(TRACING "trace", O_WRONLY | O_TRUNC)));
	must(!file_write(TRACING "current_tracer", "function"));
	ck_assert_int_eq(in_child(call_from_cwd, NULL), expected);
	trace = file_read(TRACING "trace");
	while ((trace = strstr(trace, LOCKING " <-"))) {
		trace++;
		times++;
	}
	must(!file_write(TRACING "current_tracer", "nop"));
	return times;
}

START_TEST(depth_of_the_working_directory)
{
	const char *mounted;
	int others;

	if (!need_tracing())
		return;
	must(!file_write(TRACING "set_ftrace_filter", LOCKING));
	root = make_dir("lock");
	mounted = make_dir_in(root, "mounted");
	unshare_mounts();
	mount_tmpfs(mounted);

	param_set("require_cwd_beneath", "0");
	others = times_locked(root, 0);
	param_set("require_cwd_beneath", "2");
	ck_assert_int_eq(times_locked(make_dir_in(root, "inside"), 0), others);
	ck_assert_int_eq(times_locked(make_dir("outside"), EPERM), others);
	/* In another mount it is the depth of the mount that counts. */
	ck_assert_int_eq(times_locked(mounted, 0), others + 1);
}
END_TEST

void add_lock_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "lock");

	tcase_add_checked_fixture(tc, NULL, tracer_off);
	tcase_add_test(tc, depth_of_the_working_directory);
}
