// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters in sysfs: defaults, who may write them, and what the unsafe
 * ones do to the kernel.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "params.h"
#include "scene.h"
#include "suites.h"

static const struct {
	const char *name, *value;
} defaults[] = {
	{ "enabled", "Y\n" }, { "allow_open_directories", "1\n" },
	{ "allow_nested", "N\n" }, { "require_cwd_beneath", "1\n" },
	{ "allow_seccomp", "N\n" }, { "allow_user_namespaces", "N\n" },
	{ "allowed_group", "-1\n" }, { "require_trusted_root", "N\n" },
	{ "restrict_privileged", "N\n" }, { "log", "1\n" },
	{ "require_no_new_privs", "Y\n" }, { "require_unshared_fs", "Y\n" },
	{ "require_beneath", "Y\n" }, { "locked", "N\n" },
};

#define TAINT_USER	(1 << 6)

static bool kernel_is_tainted(void)
{
	return atol(file_read("/proc/sys/kernel/tainted")) & TAINT_USER;
}

static const char *parameter_path(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), MODULE_DIR "/parameters/%s", name);
	return path;
}

void params_read_all(struct values *values)
{
	int i;

	for (i = 0; parameters[i]; i++)
		snprintf(values->value[i], sizeof(values->value[i]), "%s",
			 file_read(parameter_path(parameters[i])));
}

void expect_params_unchanged(const struct values *before, const char *what)
{
	struct values now;
	int i;

	params_read_all(&now);
	for (i = 0; parameters[i]; i++)
		ck_assert_msg(!strcmp(before->value[i], now.value[i]),
			      "%s: %s has changed from %s to %s", what,
			      parameters[i], before->value[i], now.value[i]);
}

/* -- as loaded -------------------------------------------------------------- */

START_TEST(as_loaded)
{
	const char *path = parameter_path(defaults[_i].name);
	struct stat st;

	ck_assert_str_eq(file_read(path), defaults[_i].value);
	must(!stat(path, &st));
	ck_assert_msg(st.st_mode == (S_IFREG | 0644) && !st.st_uid && !st.st_gid,
		      "%s: mode %o, owner %u:%u, expected 100644, 0:0", path,
		      st.st_mode, st.st_uid, st.st_gid);
}
END_TEST

static void read_all(void *values)
{
	become_user();
	params_read_all(values);
	drop_capabilities();
	params_read_all(values);
}

START_TEST(everybody_reads)
{
	struct values values;

	check_in_child(read_all, &values);
}
END_TEST

/* -- who may write ---------------------------------------------------------- */

static void write_each(void)
{
	int error, i;

	for (i = 0; parameters[i]; i++) {
		error = param_write(parameters[i], "1");
		ck_assert_msg(error == -EACCES,
			      "uid %u writes %s: %s, expected EACCES",
			      getuid(), parameters[i], strerror(-error));
	}
}

static void write_as_user(void *unused)
{
	(void)unused;
	become_user();
	write_each();
}

static void write_as_container_root(void *unused)
{
	char map[32];

	(void)unused;
	snprintf(map, sizeof(map), "0 %u 1", TEST_UID);
	become_user();
	must(!unshare(CLONE_NEWUSER));
	must(!file_write("/proc/self/uid_map", map));
	ck_assert_uint_eq(getuid(), 0);
	write_each();
}

START_TEST(only_root_writes)
{
	struct values before;

	params_read_all(&before);
	check_in_child(write_as_user, NULL);
	check_in_child(write_as_container_root, NULL);
	expect_params_unchanged(&before, "writes without privilege");
}
END_TEST

/* -- unsafe options --------------------------------------------------------- */

/* The last is no unsafe option. */
static const char *const unsafe[] = {
	"require_no_new_privs", "require_unshared_fs", "require_beneath",
	"allow_nested",
};

static void expect_tainting(int kmsg, const char *name, bool expected)
{
	char message[128];

	/* Of what is built in the kernel has longer names. */
	snprintf(message, sizeof(message), "Setting dangerous option %s%s",
		 module_built_in() ? MODULE_NAME "." : "", name);
	ck_assert_msg(!kmsg_next(kmsg, message) == !expected,
		      "\"%s\" is %sexpected in the kernel log", message,
		      expected ? "" : "not ");
	/* No taint can be taken back: the case "harmless" looks for its absence. */
	if (expected)
		ck_assert_msg(kernel_is_tainted(), "%s does not taint the kernel", name);
}

START_TEST(unsafe_option)
{
	const bool expected = _i < COUNT(unsafe) - 1;
	char given[64];
	int kmsg = kmsg_open();

	param_set(unsafe[_i], "N");
	expect_tainting(kmsg, unsafe[_i], expected);
	/* It is the value that counts, not that it is another than before. */
	param_set(unsafe[_i], "N");
	expect_tainting(kmsg, unsafe[_i], expected);
	param_set(unsafe[_i], "Y");
	expect_tainting(kmsg, unsafe[_i], false);

	snprintf(given, sizeof(given), "%s=N", unsafe[_i]);
	module_reload(given);
	expect_tainting(kmsg, unsafe[_i], expected);
	ck_assert_str_eq(param_read(unsafe[_i]), "N");
}
END_TEST

/* Written as root, and nothing becomes unsafe by it. */
static const char *const harmless[] = { "Y", "1", "yes", "maybe", "" };

START_TEST(harmless_write_of_unsafe_option)
{
	const bool was_tainted = kernel_is_tainted();
	const int kmsg = kmsg_open();
	char given[64];
	int i, n;

	for (i = 0; i < COUNT(unsafe) - 1; i++) {
		for (n = 0; n < COUNT(harmless); n++)
			param_write(unsafe[i], harmless[n]);
		snprintf(given, sizeof(given), "%s=Y", unsafe[i]);
		module_reload(given);
		module_absent();
		snprintf(given, sizeof(given), "%s=maybe", unsafe[i]);
		ck_assert_int_eq(module_load(MODULE_FILE, given), -EINVAL);
		module_present();
		ck_assert_str_eq(param_read(unsafe[i]), "Y");
	}
	param_set("locked", "Y");
	for (i = 0; i < COUNT(unsafe) - 1; i++)
		ck_assert_int_eq(param_write(unsafe[i], "N"), -EPERM);
	expect_tainting(kmsg, "", false);
	ck_assert_msg(kernel_is_tainted() == was_tainted,
		      "the kernel is tainted, and no parameter was");
}
END_TEST

Suite *params_suite(void)
{
	Suite *suite = suite_create("params");
	TCase *tc;

	tc = add_case(suite, "loaded");
	tcase_add_unchecked_fixture(tc, module_fresh, NULL);
	tcase_add_loop_test(tc, as_loaded, 0, COUNT(defaults));
	tcase_add_test(tc, everybody_reads);

	add_value_cases(suite);

	tc = add_case(suite, "protection");
	tcase_add_unchecked_fixture(tc, NULL, module_fresh);
	tcase_add_test(tc, only_root_writes);
	/* Before the kernel is tainted, which it stays. */
	tcase_add_test(tc, harmless_write_of_unsafe_option);
	tcase_add_loop_test(tc, unsafe_option, 0, COUNT(unsafe));

	add_load_cases(suite);
	return suite;
}
