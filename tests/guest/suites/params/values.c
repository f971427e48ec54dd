// SPDX-License-Identifier: GPL-2.0
/*
 * Values written to the parameters in sysfs: what is accepted, what is refused,
 * and that the next call knows of it.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "guest.h"
#include "params.h"
#include "places.h"
#include "scene.h"

/* -- good values ------------------------------------------------------------ */

static const char *const bools[] = {
	"enabled", "allow_nested", "allow_seccomp", "allow_user_namespaces",
	"require_trusted_root", "restrict_privileged", "require_no_new_privs",
	"require_unshared_fs", "require_beneath",
};

static const struct {
	const char *written, *shown;
} spellings[] = {
	{ "N", "N" }, { "Y", "Y" }, { "n", "N" }, { "y", "Y" },
	{ "0", "N" }, { "1", "Y" }, { "off", "N" }, { "on", "Y" },
	{ "N\n", "N" }, { "Y\n", "Y" }, { "no\n", "N" }, { "yes\n", "Y" },
};

START_TEST(good_bool)
{
	int i;

	for (i = 0; i < COUNT(spellings); i++) {
		param_set(bools[_i], spellings[i].written);
		ck_assert_msg(!strcmp(param_read(bools[_i]),
				      spellings[i].shown),
			      "%s=%s reads as %s", bools[_i],
			      spellings[i].written, param_read(bools[_i]));
	}
}
END_TEST

static const struct {
	const char *name, *written, *shown;
} good_ints[] = {
	{ "allow_open_directories", "0", "0" },
	{ "allow_open_directories", "2\n", "2" },
	{ "allow_open_directories", "-1", "-1" },
	{ "allow_open_directories", "0x10", "16" },
	{ "allow_open_directories", "010", "8" },
	{ "allow_open_directories", "2147483647", "2147483647" },
	{ "allow_open_directories", "-2147483648", "-2147483648" },
	{ "require_cwd_beneath", "0", "0" },
	{ "require_cwd_beneath", "2\n", "2" },
	{ "require_cwd_beneath", "0x1", "1" },
	{ "log", "0", "0" },
	{ "log", "2\n", "2" },
	{ "log", "0x1\n", "1" },
	{ "allowed_group", "0", "0" },
	{ "allowed_group", "1000\n", "1000" },
	{ "allowed_group", "0x3e8", "1000" },
	{ "allowed_group", "3000000000", "3000000000" },
	{ "allowed_group", "4294967294", "4294967294" },
	{ "allowed_group", "-1\n", "-1" },
};

START_TEST(good_int)
{
	const char *name = good_ints[_i].name;

	param_set(name, good_ints[_i].written);
	ck_assert_msg(!strcmp(param_read(name), good_ints[_i].shown),
		      "%s=%s reads as %s, expected %s", name,
		      good_ints[_i].written, param_read(name),
		      good_ints[_i].shown);
}
END_TEST

/* -- bad values ------------------------------------------------------------- */

const struct bad_value bad_values[] = {
	{ "allow_open_directories", "x", EINVAL },
	{ "allow_open_directories", "1x", EINVAL },
	{ "allow_open_directories", "", EINVAL },
	{ "allow_open_directories", "0 1", EINVAL },
	{ "allow_open_directories", "2147483648", ERANGE },
	{ "allow_open_directories", "-2147483649", ERANGE },
	{ "allow_open_directories", "99999999999", ERANGE },
	{ "require_cwd_beneath", "3", EINVAL },
	{ "require_cwd_beneath", "-1", EINVAL },
	{ "require_cwd_beneath", "256", EINVAL },
	{ "require_cwd_beneath", "all", EINVAL },
	{ "require_cwd_beneath", "", EINVAL },
	{ "require_cwd_beneath", "4294967296", ERANGE },
	{ "log", "3", EINVAL },
	{ "log", "-1", EINVAL },
	{ "log", "Y", EINVAL },
	{ "log", "", EINVAL },
	{ "log", "4294967297", ERANGE },
	{ "allowed_group", "-2", EINVAL },
	{ "allowed_group", "4294967295", EINVAL },
	{ "allowed_group", "4294967296", EINVAL },
	{ "allowed_group", "root", EINVAL },
	{ "allowed_group", "", EINVAL },
	{ "allowed_group", "99999999999999999999", ERANGE },
	{ "enabled", "2", EINVAL },
	{ "enabled", "", EINVAL },
	{ "enabled", "maybe", EINVAL },
	{ "enabled", "o", EINVAL },
	{ "allow_nested", "2", EINVAL },
	{ "allow_seccomp", "-1", EINVAL },
	{ "allow_user_namespaces", "maybe", EINVAL },
	{ "restrict_privileged", " Y", EINVAL },
	{ "require_no_new_privs", "maybe", EINVAL },
	{ "require_unshared_fs", "2", EINVAL },
	{ "require_beneath", "", EINVAL },
	{ "locked", "2", EINVAL },
	{ "locked", "", EINVAL },
};

const int bad_value_count = COUNT(bad_values);

/*
 * Both a value that is the default and one that is not must survive, and the
 * served caller gets what he got before. (An empty write is no write at all,
 * so the empty value comes with a newline.)
 */
START_TEST(bad_value)
{
	const struct bad_value *bad = &bad_values[_i];
	const char *written = *bad->value ? bad->value : "\n";
	struct values before;
	int error, round;

	for (round = 0; round < 2; round++) {
		params_read_all(&before);
		error = param_write(bad->name, written);
		ck_assert_msg(error == -bad->error,
			      "%s=\"%s\" gives %s, expected %s", bad->name,
			      bad->value, strerror(-error),
			      strerror(bad->error));
		expect_params_unchanged(&before, bad->name);
		error = served_call("/");
		ck_assert_msg(error == (round ? -EPERM : 0),
			      "after %s=\"%s\" a served chroot gives %s",
			      bad->name, bad->value, strerror(-error));
		/* The other round: nothing is served, other values. */
		param_set("enabled", "N");
		param_set("allow_open_directories", "7");
		param_set("require_cwd_beneath", "2");
		param_set("log", "2");
		param_set("allowed_group", "77");
		param_set("allow_nested", "Y");
	}
}
END_TEST

/* -- effect ----------------------------------------------------------------- */

START_TEST(next_call_sees_change)
{
	static const struct {
		const char *name, *value;
		int expected;
	} steps[] = {
		{ "enabled", "N", -EPERM }, { "enabled", "Y", 0 },
		{ "allowed_group", "0", -EPERM },
		{ "allowed_group", "1000", 0 },
		{ "allowed_group", "1001", -EPERM },
		{ "enabled", "N", -EPERM },
		{ "allowed_group", "-1", -EPERM }, { "enabled", "Y", 0 },
		{ "require_trusted_root", "Y", -EPERM },
		{ "require_trusted_root", "N", 0 },
		{ "require_cwd_beneath", "2", -EPERM },
		{ "require_cwd_beneath", "0", 0 },
	};
	const char *anybodys = make_dir("anybodys");
	int error, i;

	must(!chmod(anybodys, 0777));
	ck_assert_int_eq(served_call(anybodys), 0);
	for (i = 0; i < COUNT(steps); i++) {
		param_set(steps[i].name, steps[i].value);
		error = served_call(anybodys);
		ck_assert_msg(error == steps[i].expected,
			      "step %d, %s=%s: chroot gives %s", i,
			      steps[i].name, steps[i].value, strerror(-error));
	}
}
END_TEST

void add_value_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "values");

	tcase_add_loop_test(tc, good_bool, 0, COUNT(bools));
	tcase_add_loop_test(tc, good_int, 0, COUNT(good_ints));
	tcase_add_loop_test(tc, bad_value, 0, bad_value_count);
	tcase_add_test(tc, next_call_sees_change);
}
