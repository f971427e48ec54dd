// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters given when the module is loaded, and "locked".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "scene.h"
#include "params.h"

/* -- locked ----------------------------------------------------------------- */

static void expect_locked(void)
{
	struct values before;
	int error, i, j;

	params_read_all(&before);
	ck_assert_str_eq(param_read("locked"), "Y");
	for (i = 0; parameters[i]; i++)
		/* The value that it has, others, one that does not parse. */
		for (j = 0; j < 4; j++) {
			const char *value[] = {
				before.value[i], "0", "1", "rubbish"
			};

			error = param_write(parameters[i], value[j]);
			ck_assert_msg(error == -EPERM,
				      "locked, but %s=%s gives %s, expected EPERM",
				      parameters[i], value[j],
				      strerror(-error));
		}
	expect_params_unchanged(&before, "writes to locked parameters");
}

START_TEST(locked_until_unload)
{
	param_set("allowed_group", "1000");
	param_set("locked", "N");
	param_set("log", "0");
	param_set("locked", "Y");
	expect_locked();
	ck_assert_int_eq(served_call("/"), 0);

	module_reload("");
	ck_assert_str_eq(param_read("locked"), "N");
	param_set("log", "0");
}
END_TEST

static const char *const locked_at_load[] = {
	"locked=Y allow_nested=Y log=0", "allow_nested=Y locked=Y log=0",
	"allow_nested=Y log=0 locked=Y",
};

START_TEST(locked_takes_effect_last)
{
	module_reload(locked_at_load[_i]);
	ck_assert_str_eq(param_read("allow_nested"), "Y");
	ck_assert_str_eq(param_read("log"), "0");
	expect_locked();
	/* In effect as well: the situation is refused when it is N. */
	for (size_t i = 0; i < situation_count; i++)
		if (!strcmp(situations[i].reason, "nested"))
			ck_assert_int_eq(play(&situations[i], NULL), 0);
}
END_TEST

START_TEST(not_locked_at_load)
{
	module_reload("locked=N enabled=N");
	param_set("enabled", "Y");
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- good values at load ---------------------------------------------------- */

/* One value for each parameter that is not its default, as it is shown. */
static const char *const others[] = {
	"N", "0", "Y", "2", "Y", "Y", "3000000000", "Y", "Y", "2", "N", "N",
	"N", "Y",
};

START_TEST(every_parameter_at_load)
{
	char given[512] = "";
	int i;

	for (i = 0; parameters[i]; i++) {
		strcat(given, i ? " " : "");
		strcat(given, parameters[i]);
		strcat(given, "=");
		strcat(given, others[i]);
	}
	module_reload(given);
	for (i = 0; parameters[i]; i++)
		ck_assert_msg(!strcmp(param_read(parameters[i]), others[i]),
			      "loaded with %s=%s, shown is %s", parameters[i],
			      others[i], param_read(parameters[i]));
	/* enabled=N */
	ck_assert_int_eq(served_call("/"), -EPERM);
	ck_assert_uint_eq(counter("refused_group"), 0);
}
END_TEST

/* What a parameter refuses by default it refuses not with this value. */
static const struct {
	const char *reason, *given;
} behaviours[] = {
	{ "nested", "allow_nested=1" },
	{ "seccomp", "allow_seccomp=on" },
	{ "user_namespace", "allow_user_namespaces=y" },
	{ "shared_fs", "require_unshared_fs=0" },
	{ "not_beneath", "require_beneath=off" },
};

START_TEST(behaves_as_loaded)
{
	size_t i;

	module_reload(behaviours[_i].given);
	for (i = 0; i < situation_count; i++)
		if (!strcmp(situations[i].reason, behaviours[_i].reason))
			ck_assert_msg(!play(&situations[i], NULL),
				      "loaded with %s, refused still",
				      behaviours[_i].given);
	ck_assert_uint_eq(counter("allowed"), 1);
}
END_TEST

START_TEST(refuses_as_loaded)
{
	module_reload("allowed_group=1001 allow_open_directories=0");
	ck_assert_int_eq(served_call("/"), -EPERM);
	ck_assert_uint_eq(counter("refused_group"), 1);
	param_set("allowed_group", "1000");
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/* -- bad values at load ----------------------------------------------------- */

static void expect_load_refused(const char *given, int expected)
{
	const int error = module_load(MODULE_FILE, given);

	ck_assert_msg(error == -expected,
		      "loading with \"%s\" gives %s, expected %s", given,
		      strerror(-error), strerror(expected));
	expect_module_gone();
}

START_TEST(bad_value_at_load)
{
	const struct bad_value *bad = &bad_values[_i];
	char given[128];

	/* A space would begin the next parameter, unless quoted. */
	snprintf(given, sizeof(given), "log=0 %s=\"%s\" allow_nested=Y",
		 bad->name, bad->value);
	expect_load_refused(given, bad->error);
}
END_TEST

START_TEST(bad_value_behind_locked)
{
	expect_load_refused("locked=Y enabled=2", EINVAL);
	expect_load_refused("locked=Y log", EINVAL);
}
END_TEST

void add_load_cases(Suite *suite)
{
	TCase *tc;

	tc = add_case(suite, "locked");
	tcase_add_test(tc, locked_until_unload);
	tcase_add_loop_test(tc, locked_takes_effect_last, 0,
			    COUNT(locked_at_load));
	tcase_add_test(tc, not_locked_at_load);

	tc = add_case(suite, "load");
	tcase_add_test(tc, every_parameter_at_load);
	tcase_add_loop_test(tc, behaves_as_loaded, 0, COUNT(behaviours));
	tcase_add_test(tc, refuses_as_loaded);

	/* guest_setup() would load it each time. */
	tc = tcase_create("bad-load");
	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, module_absent, module_fresh);
	tcase_add_checked_fixture(tc, module_absent, NULL);
	tcase_add_loop_test(tc, bad_value_at_load, 0, bad_value_count);
	tcase_add_test(tc, bad_value_behind_locked);
	suite_add_tcase(suite, tc);
}
