// SPDX-License-Identifier: GPL-2.0
/*
 * fchroot(2) is judged as chroot(2) is, for the same callers. The descriptor
 * that is passed in is the one difference: it is not an open directory.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../facts/facts.h"
#include "fchroot.h"
#include "fchroot_calls.h"
#include "guest.h"

/* -- open directories --------------------------------------------------------------------- */

static void descriptor_passed_in(void *unused)
{
	const char *dir = make_dir("target");
	int first, copy;

	(void)unused;
	param_set("allow_open_directories", "0");
	become_served_user();
	with_fd(dir);
	first = the_fd;
	/* Another descriptor of the very same file counts. */
	copy = dup(first);
	must(copy >= 0);
	expect_refused(dir, "open_directory");
	/* It makes no difference which of the two is passed. */
	the_fd = copy;
	expect_refused(dir, "open_directory");
	/* The one that is passed is where the caller wants to go. */
	must(close(first) == 0);
	expect_granted(dir);
}

START_TEST(descriptor_passed_in_does_not_count)
{
	check_each_fentry(descriptor_passed_in, NULL);
}
END_TEST

static void open_anew(void *unused)
{
	const char *dir = make_dir("target");
	int other;

	(void)unused;
	param_set("allow_open_directories", "0");
	become_served_user();
	with_fd(dir);
	/* Neither the same file nor the same directory: each counts. */
	must((other = open(dir, O_RDONLY)) >= 0);
	expect_refused(dir, "open_directory");
	must(close(other) == 0 && (other = open("/tmp", O_PATH)) >= 0);
	expect_refused(dir, "open_directory");
	/* chroot(2) makes no exception for it. */
	must(close(other) == 0);
	chroot_entry = sys_chroot;
	expect_refused(dir, "open_directory");
	chroot_entry = by_descriptor;
	expect_granted(dir);
	/* Once is not for ever: it is an open directory for the next call. */
	chroot_entry = sys_chroot;
	param_set("allow_nested", "Y");
	expect_refused("/", "open_directory");
}

START_TEST(other_descriptors_count)
{
	check_each_fentry(open_anew, NULL);
}
END_TEST

/* -- each reason ---------------------------------------------------------------------------- */

static void check_by_each_fentry(const struct condition *condition)
{
	chroot_entry = by_its_own_descriptor;
	for (int i = 0; i < n_fentries; i++) {
		if (!fentry_works(&fentries[i]))
			continue;
		fentry = &fentries[i];
		note("%s; entry: %s", condition->name, fentry->name);
		check_in_child(refused_then_granted, (void *)condition);
		params_default();
	}
}

START_TEST(reasons_of_the_task)
{
	check_by_each_fentry(&task_conditions[_i]);
}
END_TEST

START_TEST(reasons_of_the_place)
{
	check_by_each_fentry(&place_conditions[_i]);
}
END_TEST

static const char *standing_outside(void)
{
	param_set("require_cwd_beneath", "2");
	become_served_user();
	return make_dir("target");
}

START_TEST(working_directory_outside)
{
	static const struct condition outside = {
		"cwd outside", standing_outside, "cwd_outside",
		"require_cwd_beneath", "1"
	};

	check_by_each_fentry(&outside);
}
END_TEST

/* The veto of an LSM that is asked about the capability. */
START_TEST(mac_has_a_veto)
{
	static const char command[] = "changeprofile uchroot-confined";
	const char *dir = with_fd(make_dir("target"));
	int attribute = open("/proc/self/attr/apparmor/current", O_WRONLY);

	must(attribute >= 0);
	must(write(attribute, command, strlen(command)) == (ssize_t)strlen(command));
	must(close(attribute) == 0);
	become_served_user();
	chroot_entry = by_descriptor;
	expect_refused(dir, "mac");
}
END_TEST

void add_fchroot_policy_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "policy");

	tcase_add_test(tc, descriptor_passed_in_does_not_count);
	tcase_add_test(tc, other_descriptors_count);
	tcase_add_loop_test(tc, reasons_of_the_task, 0, n_task_conditions);
	tcase_add_loop_test(tc, reasons_of_the_place, 0, n_place_conditions);
	tcase_add_test(tc, working_directory_outside);
	tcase_add_test(tc, mac_has_a_veto);
}
