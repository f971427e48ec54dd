// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading after ftrace has shut itself down. The last suite of all, since ftrace
 * stays dead until the next boot.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "scene.h"
#include "suites.h"

static int root_call(void *path)
{
	return -sys_chroot(path);
}

/*
 * The entry goes on to call the module, which so must never be let go of. The
 * process that wanted to unload it is lost, the machine and its chroot are not.
 */
START_TEST(ftrace_is_dead)
{
	const int kmsg = kmsg_open();
	const char *line;
	pid_t pid;
	int i;

#ifdef __powerpc64__
	skip("the test's module cannot call ftrace_kill() on this architecture");
	return;
#endif
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_int_eq(module_load("/lib/modules/disturb.ko", "kill_ftrace=1"), 0);
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		module_unload(MODULE_NAME);
		_exit(0);
	}
	for (i = 0; i < 500 && !(line = kmsg_next(kmsg, MODULE_NAME ": ")); i++)
		usleep(100000);
	ck_assert_msg(line && strstr(line, "ftrace has shut itself down"),
		      "the kernel log must say why it stays, it says: %s",
		      line ? line : "nothing");
	sleep(2);
	ck_assert_msg(waitpid(pid, NULL, WNOHANG) == 0, "it was unloaded");
	ck_assert_msg(module_loaded(MODULE_NAME), "it is gone from /proc/modules");
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(in_child(root_call, "/tmp"), 0);
		ck_assert_int_eq(in_child(root_call, "/none"), ENOENT);
		ck_assert_int_eq(stock_call("/"), -EPERM);
		/* No longer served: the kernel answers. */
		ck_assert_int_eq(served_call("/"), -EPERM);
	}
}
END_TEST

Suite *dead_ftrace_suite(void)
{
	Suite *suite = suite_create("dead_ftrace");
	TCase *tc = add_case(suite, "unload");

	tcase_add_test(tc, ftrace_is_dead);
	return suite;
}
