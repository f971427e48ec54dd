// SPDX-License-Identifier: GPL-2.0
/*
 * The path lookup of a served call: the errno of every failure, the same as
 * the kernel's without the module, and always before the policy is asked.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chroot.h"
#include "guest.h"
#include "scene.h"

/* Names that only a function can make. */
static const char *null_pointer(void)
{
	return NULL;
}

static const char *kernel_pointer(void)
{
	return (const char *)0xffffffff80000000UL;
}

/* The last bytes of a page that nothing follows. */
static char *page_end(size_t length)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(pages != MAP_FAILED);
	must(mprotect(pages + 4096, 4096, PROT_NONE) == 0);
	return pages + 4096 - length;
}

static const char *unterminated(void)
{
	return memcpy(page_end(3), "dir", 3);
}

static const char *terminated_at_page_end(void)
{
	return memcpy(page_end(4), "dir", 4);
}

/* "dir////...": a name of this length for the directory. */
static const char *padded(int length)
{
	static char path[PATH_MAX + 8];

	memset(path, '/', length);
	memcpy(path, "dir", 3);
	path[length] = '\0';
	return path;
}

static const char *path_of_4095(void)
{
	return padded(PATH_MAX - 1);
}

static const char *path_of_4096(void)
{
	return padded(PATH_MAX);
}

static const char *component(int length)
{
	static char path[NAME_MAX + 8];

	memset(path, 'x', length);
	path[length] = '\0';
	return path;
}

static const char *component_of_255(void)
{
	return component(NAME_MAX);
}

static const char *component_of_256(void)
{
	return component(NAME_MAX + 1);
}

/* Paths below the tree of make_tree(), and what a user's lookup says. */
static const struct {
	const char *path;
	const char *(*make)(void);
	int error;
} lookups[] = {
	{ "NULL", null_pointer, EFAULT },
	{ "a kernel address", kernel_pointer, EFAULT },
	{ "a string that runs into nothing", unterminated, EFAULT },
	{ "a string that ends with its page", terminated_at_page_end, 0 },
	{ "", NULL, ENOENT },
	{ "missing", NULL, ENOENT },
	{ "missing/dir", NULL, ENOENT },
	{ "dir/missing", NULL, ENOENT },
	{ "dangling", NULL, ENOENT },
	{ "255 bytes", component_of_255, ENOENT },
	{ "file", NULL, ENOTDIR },
	{ "file/", NULL, ENOTDIR },
	{ "file/dir", NULL, ENOTDIR },
	{ "file/..", NULL, ENOTDIR },
	{ "to-file", NULL, ENOTDIR },
	{ "fifo", NULL, ENOTDIR },
	{ "closed/inner", NULL, EACCES },
	{ "closed/missing", NULL, EACCES },
	{ "to-closed-inner", NULL, EACCES },
	{ "closed", NULL, EACCES },
	{ "closed/.", NULL, EACCES },
	{ "readable", NULL, EACCES },
	{ "loop", NULL, ELOOP },
	{ "loop/dir", NULL, ELOOP },
	{ "chain41", NULL, ELOOP },
	{ "chain40", NULL, 0 },
	{ "256 bytes", component_of_256, ENAMETOOLONG },
	{ "4096 bytes", path_of_4096, ENAMETOOLONG },
	{ "4095 bytes", path_of_4095, 0 },
	{ "dir", NULL, 0 },
	{ "dir/", NULL, 0 },
	{ "./dir/./.", NULL, 0 },
	{ "dir/../to-dir", NULL, 0 },
	{ "to-dir", NULL, 0 },
	{ "unreadable", NULL, 0 },
	{ ".", NULL, 0 },
	{ "..", NULL, 0 },
};

static const char *make_path(int i)
{
	return lookups[i].make ? lookups[i].make() : lookups[i].path;
}

/* The directory that the paths are relative to. */
static const char *make_tree(void)
{
	const char *tree = make_dir("lookup");
	char from[24], to[24];

	must(chdir(tree) == 0);
	must(mkdir("dir", 0755) == 0);
	must(mkdir("closed", 0755) == 0);
	must(mkdir("closed/inner", 0755) == 0);
	must(chmod("closed", 0700) == 0);
	must(mkdir("readable", 0755) == 0);
	must(chmod("readable", 0744) == 0);
	must(mkdir("unreadable", 0755) == 0);
	must(chmod("unreadable", 0711) == 0);
	make_file("file", 0755);
	must(mkfifo("fifo", 0666) == 0);
	must(symlink("dir", "to-dir") == 0);
	must(symlink("file", "to-file") == 0);
	must(symlink("missing", "dangling") == 0);
	must(symlink("closed/inner", "to-closed-inner") == 0);
	must(symlink("loop", "loop") == 0);
	must(symlink("dir", "chain1") == 0);
	for (int i = 2; i <= 41; i++) {
		snprintf(from, sizeof(from), "chain%d", i);
		snprintf(to, sizeof(to), "chain%d", i - 1);
		must(symlink(to, from) == 0);
	}
	return tree;
}

/* -- each errno, for a served caller ------------------------------------------ */

static void check_lookup(void *data)
{
	int i = *(int *)data;

	if (lookups[i].error)
		expect_stock(make_path(i), lookups[i].error);
	else
		expect_granted(make_path(i));
}

START_TEST(served_lookup)
{
	make_tree();
	become_served_user();
	if (lookups[_i].make && lookups[_i].error == EFAULT) {
		/* The address itself is the point: other entries have their own. */
		check_lookup(&_i);
		return;
	}
	check_each_entry(check_lookup, &_i);
}
END_TEST

/* -- before the policy ---------------------------------------------------------- */

START_TEST(lookup_errors_come_before_the_policy)
{
	const char *tree = make_tree(), *jail = make_dir("jail");
	int seen = 0;

	become_refused_by_all(jail, tree);
	/* The caller is indeed refused where the lookup works... */
	expect_refused("dir", "user_namespace");
	/* ...and is told of the failed lookup where it does not. */
	for (int i = 0; i < COUNT(lookups); i++) {
		if (!lookups[i].error)
			continue;
		note("lookup of %s", lookups[i].path);
		expect_stock(make_path(i), lookups[i].error);
		seen++;
	}
	ck_assert_int_gt(seen, 20);
}
END_TEST

/* One caller per condition: no condition is judged before the lookup. */
static void refused_open_directory(void)
{
	param_set("allow_open_directories", "0");
	become_served_user();
	must(open("/", O_PATH) >= 0);
}

static void refused_shared_fs(void)
{
	become_served_user();
	start_thread();
}

static void refused_group(void)
{
	param_set("allowed_group", "4242");
	become_served_user();
}

static void refused_seccomp(void)
{
	become_served_user();
	add_seccomp_filter();
}

static void refused_cwd(void)
{
	param_set("require_cwd_beneath", "2");
	become_served_user();
}

static const struct {
	const char *reason;
	void (*become)(void);
} refused[] = {
	{ "open_directory", refused_open_directory },
	{ "shared_fs", refused_shared_fs },
	{ "group", refused_group },
	{ "seccomp", refused_seccomp },
	{ "cwd_outside", refused_cwd },
};

START_TEST(no_condition_comes_before_the_lookup)
{
	make_tree();
	refused[_i].become();
	expect_refused("dir", refused[_i].reason);
	expect_stock("missing", ENOENT);
	expect_stock("file", ENOTDIR);
	expect_stock("closed", EACCES);
	expect_stock("loop", ELOOP);
	expect_stock(NULL, EFAULT);
}
END_TEST

/* -- as the kernel without the module ------------------------------------------- */

static const struct caller callers[] = {
	{ "root", plainly },
	{ "root with no_new_privs", set_no_new_privs },
	{ "user", become_user },
	{ "user with no_new_privs", become_served_user },
};

static int errno_of(void *data)
{
	const int *which = data;

	callers[which[0]].become();
	return -sys_chroot(make_path(which[1]));
}

static void record(int results[COUNT(callers)][COUNT(lookups)])
{
	for (int caller = 0; caller < COUNT(callers); caller++) {
		for (int i = 0; i < COUNT(lookups); i++) {
			int which[] = { caller, i };

			results[caller][i] = in_child(errno_of, which);
		}
	}
}

START_TEST(errors_are_those_of_the_kernel_without_the_module)
{
	static int without[COUNT(callers)][COUNT(lookups)];
	static int with[COUNT(callers)][COUNT(lookups)];

	make_tree();
	module_absent();
	record(without);
	module_present();
	record(with);

	for (int caller = 0; caller < COUNT(callers); caller++) {
		for (int i = 0; i < COUNT(lookups); i++) {
			int expected = without[caller][i];

			/* All that the module changes is the verdict. */
			if (callers[caller].become == become_served_user && expected == EPERM)
				expected = 0;
			ck_assert_msg(with[caller][i] == expected,
				      "%s, %s: errno %d, without the module %d",
				      callers[caller].name, lookups[i].path,
				      with[caller][i], without[caller][i]);
		}
	}
	/* The comparison is worth something: the user's lookups gave what they should. */
	for (int i = 0; i < COUNT(lookups); i++)
		ck_assert_msg(with[3][i] == lookups[i].error,
			      "%s: errno %d, expected %d", lookups[i].path, with[3][i],
			      lookups[i].error);
}
END_TEST

void add_lookup_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "lookup");

	tcase_add_loop_test(tc, served_lookup, 0, COUNT(lookups));
	tcase_add_test(tc, lookup_errors_come_before_the_policy);
	tcase_add_loop_test(tc, no_condition_comes_before_the_lookup, 0, COUNT(refused));
	tcase_add_test(tc, errors_are_those_of_the_kernel_without_the_module);
}
