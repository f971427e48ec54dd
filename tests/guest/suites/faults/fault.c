// SPDX-License-Identifier: GPL-2.0
/*
 * The fault itself: an allocation that fails (faults.h).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "faults.h"
#include "guest.h"
#include "observe.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"
#define FAULTS "/sys/kernel/debug"

/* Opened by root, for the callers that are not. */
static int fail_nth = -1;

static void faults_setup(void)
{
	static const struct {
		const char *file, *value;
	} settings[] = {
		{ "failslab/ignore-gfp-wait", "N" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
	};
	char path[128];

	for (int i = 0; i < COUNT(settings); i++) {
		snprintf(path, sizeof(path), FAULTS "/%s", settings[i].file);
		ck_assert_msg(!file_write(path, settings[i].value),
			      "%s: this kernel injects no faults", path);
	}
}

void open_fault(void)
{
	fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	must(fail_nth >= 0);
}

void arm(unsigned int nth)
{
	char number[16];
	const int length = snprintf(number, sizeof(number), "%u", nth);

	must(pwrite(fail_nth, number, length, 0) == length);
}

unsigned int disarm(void)
{
	char number[16] = "";

	must(pread(fail_nth, number, sizeof(number) - 1, 0) > 0);
	arm(0);
	return strtoul(number, NULL, 10);
}

struct tally tally;

void count(int error)
{
	tally.injected++;
	if (error)
		tally.refused++;
	else
		tally.survived++;
}

void say(const char *what)
{
	dprintf(STDOUT_FILENO,
		"# faults: %s: %u injected, %u refused, %u survived\n", what,
		tally.injected, tally.refused, tally.survived);
	ck_assert_msg(tally.injected, "%s: no allocation failed at all", what);
}

TCase *add_faults(Suite *suite, const char *name)
{
	TCase *tc = add_case(suite, name);

	/* A load has some thousand allocations, on a kernel that checks each. */
	tcase_set_timeout(tc, 7200);
	tcase_add_checked_fixture(tc, faults_setup, NULL);
	return tc;
}
