// SPDX-License-Identifier: GPL-2.0
/*
 * guest-tests [SUITE...|-SUITE...]: run the named suites, or all that run on any
 * kernel but those with a minus sign, as one TAP stream.
 *
 * The program is also what some tests execute, under another name: the name
 * then says what it is to do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "suites.h"

static const struct {
	const char *name;
	Suite *(*create)(void);
	bool special;	/* runs when it is named only */
} suites[] = {
	{ "hook", hook_suite, false },
	{ "chroot", chroot_suite, false },
	{ "fchroot", fchroot_suite, false },
	{ "facts", facts_suite, false },
	{ "open_dirs", open_dirs_suite, false },
	{ "params", params_suite, false },
	{ "report", report_suite, false },
	{ "mac", mac_suite, false },
	{ "module", module_suite, false },
	{ "neighbours", neighbours_suite, false },
	{ "uchroot", uchroot_suite, false },
	{ "escape", escape_suite, false },
	{ "race", race_suite, false },
	/* After it there is no hook any more, in this boot. */
	{ "dead_ftrace", dead_ftrace_suite, false },
	{ "selinux", selinux_suite, true },
	{ "faults", faults_suite, true },
};

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
} other_programs[] = {
	{ "tomoyo-denied", tomoyo_denied_main },
	{ "print-ids", print_ids_main },
	{ "tell-state", tell_state_main },
};

static int find_suite(const char *name)
{
	for (int i = 0; i < COUNT(suites); i++)
		if (!strcmp(name, suites[i].name))
			return i;
	return -1;
}

static bool ends_in(const char *string, const char *end)
{
	size_t length = strlen(string), end_length = strlen(end);

	return length >= end_length && !strcmp(string + length - end_length, end);
}

int main(int argc, char **argv)
{
	bool excluded[COUNT(suites)] = { false }, chosen[COUNT(suites)] = { false };
	bool named = false;
	SRunner *runner;
	int failed;

	for (int i = 0; i < COUNT(other_programs); i++)
		if (argc > 0 && ends_in(argv[0], other_programs[i].name))
			return other_programs[i].main(argc, argv);

	runner = srunner_create(NULL);
	for (int i = 1; i < argc; i++) {
		const bool minus = argv[i][0] == '-';
		const int which = find_suite(argv[i] + minus);

		if (which < 0) {
			fprintf(stderr, "guest-tests: unknown suite: %s\n", argv[i]);
			return 2;
		}
		if (minus)
			excluded[which] = true;
		else
			named = chosen[which] = true;
	}
	/* In the order of the table, whatever that of the names. */
	for (int i = 0; i < COUNT(suites); i++)
		if (named ? chosen[i] : !excluded[i] && !suites[i].special)
			srunner_add_suite(runner, suites[i].create());

	/* A failing test must not take what follows with it. */
	srunner_set_fork_status(runner, CK_FORK);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
