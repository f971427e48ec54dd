// SPDX-License-Identifier: GPL-2.0
/*
 * fchroot(2), which kernels have from 7.3 on: who is served, and what a served
 * call does.
 *
 * Where the kernel lacks the call, the module does not add it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../hook/hook.h"
#include "fchroot.h"
#include "fchroot_calls.h"
#include "guest.h"
#include "scene.h"
#include "suites.h"

/* -- a kernel without it ----------------------------------------------------------- */

static int answer_of_nobody(void *unused)
{
	(void)unused;
	become_served_user();
	return -sys_fchroot(open("/tmp", O_PATH), 0);
}

static int answer_of_root(void *unused)
{
	(void)unused;
	return -sys_fchroot(open("/tmp", O_PATH), 0);
}

START_TEST(not_added_where_the_kernel_lacks_it)
{
	ck_assert_int_eq(in_child(answer_of_nobody, NULL), ENOSYS);
	ck_assert_int_eq(in_child(answer_of_root, NULL), ENOSYS);
	module_absent();
	ck_assert_int_eq(in_child(answer_of_nobody, NULL), ENOSYS);
	ck_assert_int_eq(in_child(answer_of_root, NULL), ENOSYS);
	module_present();
}
END_TEST

/* -- served -------------------------------------------------------------------------- */

START_TEST(every_entry_is_there)
{
	for (int i = 0; i < n_fentries; i++) {
		if (!strcmp(fentries[i].name, "x32") &&
		    access("/sys/module/syscall/parameters/x32", F_OK))
			continue;
		ck_assert_msg(fentry_works(&fentries[i]), "%s: no fchroot(2)",
			      fentries[i].name);
	}
}
END_TEST

static void granted_then_nested(void *target)
{
	const char *path = target;

	become_user();
	with_fd(path);
	expect_stock(path, EPERM);
	set_no_new_privs();
	expect_granted(path);
	/* Judged as chroot(2) is, by the root that it has now. */
	with_fd("/");
	expect_refused("/", "nested");
}

START_TEST(granted_by_every_entry)
{
	check_each_fentry(granted_then_nested, (void *)make_dir("target"));
}
END_TEST

/* Descriptors of every kind that leads to a directory. */
static const int open_flags[] = {
	O_RDONLY, O_RDONLY | O_DIRECTORY, O_PATH, O_PATH | O_DIRECTORY,
	O_RDONLY | O_CLOEXEC, O_PATH | O_NOFOLLOW,
};

START_TEST(granted_by_every_kind_of_descriptor)
{
	const char *dir = make_dir("target");

	chroot_entry = by_descriptor;
	note("open flags %#o", open_flags[_i]);
	the_fd = open(dir, open_flags[_i]);
	must(the_fd >= 0);
	become_served_user();
	expect_granted(dir);
	/* It is still there, and still the directory. */
	must(fcntl(the_fd, F_GETFD) >= 0);
	must(faccessat(the_fd, "..", F_OK, 0) == 0);
}
END_TEST

/* No lookup by name takes part: renamed, with another under the old name. */
START_TEST(the_object_not_the_name)
{
	const char *base = make_dir("base"), *dir = make_dir_in(base, "dir");
	const char *moved = path_in(base, "moved");

	chroot_entry = by_descriptor;
	with_fd(dir);
	must(rename(dir, moved) == 0);
	make_dir_in(base, "dir");
	become_served_user();
	expect_granted(moved);
}
END_TEST

START_TEST(a_removed_directory)
{
	const char *dir = make_dir("gone");
	char path[64];

	chroot_entry = by_descriptor;
	with_fd(dir);
	must(rmdir(dir) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", the_fd);
	become_served_user();
	expect_granted(path);
}
END_TEST

static int granted_and_gone(void *path)
{
	int fd = open(path, O_PATH);

	return sys_fchroot(fd, 0);
}

static int many_calls(void *data)
{
	const char *const *paths = data;
	int dir = open(paths[0], O_PATH), file = open(paths[1], O_PATH);
	int closed = open(paths[2], O_PATH);

	become_served_user();
	for (int i = 0; i < 300; i++) {
		if (sys_fchroot(dir, 0) != -EPERM || sys_fchroot(dir, 1) != -EINVAL ||
		    sys_fchroot(file, 0) != -ENOTDIR || sys_fchroot(closed, 0) != -EACCES)
			return 1;
	}
	return 0;
}

static int many_grants(void *path)
{
	become_served_user();
	for (int i = 0; i < 30; i++)
		if (in_child(granted_and_gone, path))
			return 1;
	return 0;
}

/* A reference too many keeps the mount busy for ever. */
START_TEST(no_reference_is_kept)
{
	const char *point = make_dir("mnt"), *paths[3];

	mount_tmpfs(point);
	paths[0] = make_dir_in(point, "dir");
	paths[1] = path_in(point, "file");
	make_file(paths[1], 0644);
	paths[2] = make_dir_in(point, "closed");
	must(chmod(paths[2], 0700) == 0);
	ck_assert_int_eq(in_child(many_grants, (void *)paths[0]), 0);
	param_set("require_cwd_beneath", "2");
	ck_assert_int_eq(in_child(many_calls, paths), 0);
	ck_assert_msg(umount2(point, 0) == 0, "umount: expected success, got: %m");
}
END_TEST

/* -- not served ------------------------------------------------------------------------------ */

static void check_untouched(void *data)
{
	const char *path = data;
	static const struct {
		const char *parameter, *value;
	} strict[] = {
		{ "require_cwd_beneath", "2" }, { "allowed_group", "4242" },
		{ "allow_open_directories", "0" },
	};

	for (int i = 0; i < COUNT(strict); i++)
		param_set(strict[i].parameter, strict[i].value);
	must(open("/tmp", O_PATH) >= 0);
	with_fd(path);
	/* Root with the capability, with no_new_privs too: the kernel's own. */
	the_flags = 1;
	expect_stock(path, EINVAL);
	the_flags = 0;
	set_no_new_privs();
	expect_stock(path, 0);
	with_fd("/");
	expect_stock("/", 0);
}

START_TEST(privileged_is_never_touched)
{
	check_each_fentry(check_untouched, (void *)make_dir("target"));
	params_default();
}
END_TEST

static void check_restricted(void *data)
{
	const char *path = data;
	int other;

	param_set("restrict_privileged", "Y");
	param_set("allow_open_directories", "0");
	with_fd(path);
	must((other = open("/tmp", O_PATH)) >= 0);
	expect_refused(path, "open_directory");
	must(close(other) == 0);
	expect_granted(path);
}

START_TEST(restrict_privileged)
{
	check_each_fentry(check_restricted, (void *)make_dir("target"));
	params_default();
}
END_TEST

static void check_disabled(void *data)
{
	const char *path = data;

	param_set("enabled", "N");
	with_fd(path);
	become_served_user();
	expect_stock(path, EPERM);
	param_set("enabled", "Y");
	expect_granted(path);
}

START_TEST(switched_off)
{
	check_each_fentry(check_disabled, (void *)make_dir("target"));
}
END_TEST

/* -- hooked by somebody else ----------------------------------------------------------------- */

#ifdef __x86_64__
/* The last entries that the module takes: it gives the others back. */
START_TEST(entry_taken_by_another)
{
	static const char *const parameters[] = {
		"symbol=__x64_sys_fchroot", "symbol=__ia32_sys_fchroot",
	};
	int error;

	need_module();
	module_absent();
	must(module_load("/lib/modules/second_hook.ko", parameters[_i]) == 0);
	error = module_load(MODULE_FILE, "");
	must(module_unload("second_hook") == 0);
	ck_assert_msg(error == -EBUSY, "loading gives %s, expected EBUSY",
		      strerror(-error));
	ck_assert_msg(!module_loaded(MODULE_NAME), "half loaded");
	module_present();
	check_each_fentry(granted_then_nested, (void *)make_dir("target"));
}
END_TEST
#endif

Suite *fchroot_suite(void)
{
	Suite *suite = suite_create("fchroot");
	TCase *tc;

	if (sys_fchroot(-1, ~0U) == -ENOSYS) {
		tc = add_case(suite, "absent");
		tcase_add_test(tc, not_added_where_the_kernel_lacks_it);
		return suite;
	}

	tc = add_case(suite, "effect");
	tcase_add_test(tc, every_entry_is_there);
	tcase_add_test(tc, granted_by_every_entry);
	tcase_add_loop_test(tc, granted_by_every_kind_of_descriptor, 0, COUNT(open_flags));
	tcase_add_test(tc, the_object_not_the_name);
	tcase_add_test(tc, a_removed_directory);
	tcase_add_test(tc, no_reference_is_kept);

	add_fchroot_errno_cases(suite);
	add_fchroot_policy_cases(suite);
	add_tracer_cases(suite, true);

	tc = add_case(suite, "callers");
	tcase_add_test(tc, privileged_is_never_touched);
	tcase_add_test(tc, restrict_privileged);
	tcase_add_test(tc, switched_off);
#ifdef __x86_64__
	tcase_add_loop_test(tc, entry_taken_by_another, 0, 2);
#endif
	return suite;
}
