// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading: what is there afterwards, what stands in the way,
 * and that nothing is ever half done.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "module.h"
#include "observe.h"
#include "scene.h"
#include "stalls.h"
#include "suites.h"

#define FTRACE_ENABLED	"/proc/sys/kernel/ftrace_enabled"
#define HOOKED		"/sys/kernel/tracing/enabled_functions"
#define SECOND_HOOK	"second_hook"

/* -- loaded ----------------------------------------------------------------- */

static int entries_of(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int count = 0;

	must(dir);
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

START_TEST(what_is_there)
{
	static const char *const there[] = {
		"parameters", "stats", "refcnt", "initstate", "version",
	};
	char path[128];
	int i;

	for (i = 0; i < COUNT(there); i++) {
		snprintf(path, sizeof(path), MODULE_DIR "/%s", there[i]);
		ck_assert_msg(!access(path, F_OK), "no %s", path);
	}
	ck_assert_str_eq(file_read(MODULE_DIR "/initstate"), "live\n");
	ck_assert_int_eq(entries_of(MODULE_DIR "/parameters"), 14);
	ck_assert_int_eq(entries_of(MODULE_DIR "/stats"), 13);
}
END_TEST

START_TEST(loads_once)
{
	ck_assert_int_eq(module_load(MODULE_FILE, ""), -EEXIST);
	ck_assert_int_eq(module_load(MODULE_FILE, "enabled=N"), -EEXIST);
	ck_assert_str_eq(param_read("enabled"), "Y");
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

static int unload_as_user(void *unused)
{
	(void)unused;
	become_user();
	return -module_unload(MODULE_NAME);
}

START_TEST(only_root_unloads)
{
	ck_assert_int_eq(in_child(unload_as_user, NULL), EPERM);
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- unloaded --------------------------------------------------------------- */

START_TEST(nothing_remains)
{
	struct stat before, after;

	if (!need_tracing())
		return;
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_msg(strstr(file_read(HOOKED), "sys_chroot"),
		      "loaded, but ftrace does not list the entry");
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
	ck_assert_msg(!strstr(file_read(HOOKED), "sys_chroot"),
		      "unloaded, but ftrace lists the entry:\n%s",
		      file_read(HOOKED));
	/* Root's own chroot is the kernel's, as before. */
	must(!stat("/tmp", &before));
	ck_assert_int_eq(sys_chroot("/tmp"), 0);
	must(!stat("/", &after));
	ck_assert(before.st_ino == after.st_ino);
}
END_TEST

START_TEST(chrooted_task_stays_so)
{
	const char *dir = make_dir("stays");
	int ready[2], go[2], status;
	char root[64], byte = 0;
	struct stat wanted, is;
	pid_t pid;

	must(!pipe(ready) && !pipe(go));
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		become_served_user();
		byte = sys_chroot(dir) == 0;
		must(write(ready[1], &byte, 1) == 1);
		must(read(go[0], &byte, 1) == 1);
		/* Still in it, and stock again: it cannot get out. */
		_exit(sys_chroot("/") == -EPERM && access("/tmp", F_OK) ? 0 : 1);
	}
	must(read(ready[0], &byte, 1) == 1);
	ck_assert_msg(byte, "the call was not granted");
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	snprintf(root, sizeof(root), "/proc/%d/root/.", pid);
	must(!stat(dir, &wanted) && !stat(root, &is));
	ck_assert_msg(wanted.st_ino == is.st_ino && wanted.st_dev == is.st_dev,
		      "the task lost its root with the module");
	must(write(go[1], &byte, 1) == 1);
	must(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(!status, "the task is not where it was");
}
END_TEST

/* Every way that a call can end gives back the reference it took. */
static int many_calls(void *unused)
{
	int i;

	(void)unused;
	close_all();
	become_served_user();
	for (i = 0; i < 1000; i++) {
		sys_chroot("/");
		sys_chroot("/none");
		sys_chroot(NULL);
		sys_chroot("/root");
		sys_chroot("/proc/version");
	}
	return 0;
}

START_TEST(references_come_back)
{
	size_t i;

	param_set("log", "0");
	for (i = 0; i < situation_count; i++) {
		play(&situations[i], NULL);
		params_default();
	}
	param_set("log", "0");
	ck_assert_int_eq(in_child(many_calls, NULL), 0);
	param_set("enabled", "N");
	ck_assert_int_eq(in_child(many_calls, NULL), 0);
	ck_assert_str_eq(file_read(MODULE_DIR "/refcnt"), "0\n");
}
END_TEST

/* -- ftrace switched off ---------------------------------------------------- */

static void expect_load_fails(const char *file, int expected,
			      const char *because)
{
	const int kmsg = kmsg_open();
	const int error = module_load(file, "");
	const char *line;

	ck_assert_msg(error == -expected, "loading gives %s, expected %s",
		      strerror(-error), strerror(expected));
	line = kmsg_next(kmsg, MODULE_NAME ": ");
	ck_assert_msg(line && strstr(line, because),
		      "the kernel log must name %s, it says: %s", because,
		      line ? line : "nothing");
	expect_module_gone();
}

START_TEST(load_without_ftrace)
{
	int error;

	module_absent();
	error = file_write(FTRACE_ENABLED, "0");
	if (error == -EOPNOTSUPP) {
		skip("this kernel's ftrace cannot be switched off");
		return;
	}
	must(!error);
	expect_load_fails(MODULE_FILE, EBUSY, "ftrace_enabled");
	must(!file_write(FTRACE_ENABLED, "1"));
	/* The failed load is no obstacle. */
	module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

START_TEST(ftrace_stays_on)
{
	const int error = file_write(FTRACE_ENABLED, "0");

	/* From 7.3 on it is the kernel that never lets anybody. */
	ck_assert_msg(error == -EBUSY || error == -EOPNOTSUPP,
		      "switching ftrace off: expected EBUSY, got %s", strerror(-error));
	ck_assert_str_eq(file_read(FTRACE_ENABLED), "1\n");
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- a kernel without one of the functions ----------------------------------- */

/*
 * Modules that look for another name than these, with "_" at its end: one that
 * the module calls, and the second entry, when the first has been found.
 */
static const char *const lacking[] = {
	"current_chrooted",
#ifdef __x86_64__
	"__ia32_sys_chroot",
#endif
};

START_TEST(load_without_function)
{
	char file[64], because[64];

	if (!need_tracing())
		return;
	snprintf(file, sizeof(file), "/lib/modules/lacks-%s.ko", lacking[_i]);
	snprintf(because, sizeof(because), "%.*s_ was not found",
		 (int)strlen(lacking[_i]) - 1, lacking[_i]);
	/* So that ENOENT can only mean the function. */
	must(!access(file, R_OK));
	module_absent();
	expect_load_fails(file, ENOENT, because);
	ck_assert_msg(!strstr(file_read(HOOKED), "sys_chroot"),
		      "half loaded: an entry is still hooked");
	module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- another hook ----------------------------------------------------------- */

static int load_second_hook(const char *symbol)
{
	char parameter[64];

	snprintf(parameter, sizeof(parameter), "symbol=%s", symbol);
	return module_load("/lib/modules/" SECOND_HOOK ".ko", parameter);
}

START_TEST(other_hook_first)
{
	const char *line;
	int i;

	if (!need_tracing())
		return;
	module_absent();
	ck_assert_int_eq(load_second_hook(entry_symbols[_i]), 0);
	expect_load_fails(MODULE_FILE, EBUSY, "livepatch");
	/* Not half of it: the one entry is theirs, the other nobody's. */
	for (i = 0; i < n_entry_symbols; i++) {
		line = strstr(file_read(HOOKED), entry_symbols[i]);
		ck_assert_msg(!line == (i != _i), "%s is %shooked:\n%s",
			      entry_symbols[i], line ? "" : "not ",
			      file_read(HOOKED));
	}
	ck_assert_int_eq(module_unload(SECOND_HOOK), 0);
	module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

static void expect_both_entries_serve(void *unused)
{
	(void)unused;
	become_served_user();
	expect_granted("/");
}

START_TEST(our_hook_first)
{
	ck_assert_int_eq(load_second_hook(entry_symbols[_i]), -EBUSY);
	check_each_entry(expect_both_entries_serve, NULL);
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
}
END_TEST

Suite *module_suite(void)
{
	Suite *suite = suite_create("module");
	TCase *tc;

	tc = add_case(suite, "loaded");
	tcase_add_test(tc, what_is_there);
	tcase_add_test(tc, loads_once);
	tcase_add_test(tc, only_root_unloads);
	tcase_add_test(tc, references_come_back);

	tc = add_case(suite, "unloaded");
	tcase_add_test(tc, nothing_remains);
	tcase_add_test(tc, chrooted_task_stays_so);

	tc = add_case(suite, "conflicts");
	tcase_add_test(tc, load_without_ftrace);
	tcase_add_test(tc, ftrace_stays_on);
	tcase_add_loop_test(tc, load_without_function, 0, COUNT(lacking));
	tcase_add_loop_test(tc, other_hook_first, 0, n_entry_symbols);
	tcase_add_loop_test(tc, our_hook_first, 0, n_entry_symbols);

	add_stall_cases(suite);
	add_disturbed_cases(suite);
	return suite;
}
