// SPDX-License-Identifier: GPL-2.0
/*
 * src/policy.c on the host: every combination of facts and tunables, against
 * the table of the contract written down a second time, as a list of rows in
 * the order of judgement.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* Values that differ in what they mean, for the tunables that are no bools. */
static const int open_directories[] = { 0, 1, 2, -1 };
static const int cwd_levels[] = { 0, 1, 2 };
static const unsigned int groups[] = { UCHROOT_EVERYONE, 0 };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The facts as a person would list them, true when the condition fails. */
struct situation {
	bool privileged;
	bool fails[UCHROOT_REASONS];
};

/* Does this row of the table bind an unprivileged caller? */
static bool row_binds(enum uchroot_reason row, const struct uchroot_tunables *t,
		      bool chrooted)
{
	switch (row) {
	case UCHROOT_NO_NEW_PRIVS:
		return t->require_no_new_privs;
	case UCHROOT_USER_NAMESPACE:
		return !t->allow_user_namespaces;
	case UCHROOT_GROUP:
		return t->allowed_group != UCHROOT_EVERYONE;
	case UCHROOT_SECCOMP:
		return !t->allow_seccomp;
	case UCHROOT_SHARED_FS:
		return t->require_unshared_fs;
	case UCHROOT_NESTED:
		return !t->allow_nested;
	case UCHROOT_NOT_BENEATH:
		return t->require_beneath;
	case UCHROOT_UNTRUSTED_ROOT:
		return t->require_trusted_root;
	case UCHROOT_OPEN_DIRECTORY:
	case UCHROOT_SHARED_FILES:
		switch (t->allow_open_directories) {
		case 0:
			return true;
		case 1:
			return chrooted;
		default:
			return false;
		}
	case UCHROOT_CWD_OUTSIDE:
		switch (t->require_cwd_beneath) {
		case 2:
			return true;
		case 1:
			return chrooted;
		default:
			return false;
		}
	default:
		return false;
	}
}

static bool row_counts(enum uchroot_reason row, const struct uchroot_tunables *t,
		       const struct situation *s)
{
	const bool about_descriptors = row == UCHROOT_OPEN_DIRECTORY ||
				       row == UCHROOT_SHARED_FILES;

	if (s->privileged && !(t->restrict_privileged && about_descriptors))
		return false;
	return row_binds(row, t, s->fails[UCHROOT_NESTED]);
}

/* The first row that binds the caller and fails. */
static enum uchroot_reason expected(const struct uchroot_tunables *t,
				    const struct situation *s)
{
	static const enum uchroot_reason order[] = {
		UCHROOT_NO_NEW_PRIVS, UCHROOT_USER_NAMESPACE, UCHROOT_GROUP,
		UCHROOT_SECCOMP, UCHROOT_SHARED_FS, UCHROOT_NESTED,
		UCHROOT_NOT_BENEATH, UCHROOT_UNTRUSTED_ROOT,
		UCHROOT_OPEN_DIRECTORY, UCHROOT_SHARED_FILES,
		UCHROOT_CWD_OUTSIDE,
	};

	for (size_t i = 0; i < LENGTH(order); i++)
		if (row_counts(order[i], t, s) && s->fails[order[i]])
			return order[i];
	return UCHROOT_ALLOWED;
}

/* Is there a point in looking at this row, when those after it are not known? */
static bool expected_wants(const struct uchroot_tunables *t,
			   const struct situation *s, enum uchroot_reason row)
{
	struct situation best = *s;

	for (int later = row; later < UCHROOT_REASONS; later++)
		best.fails[later] = false;
	/* Not a condition that can be unknown: it says who is bound. */
	best.fails[UCHROOT_NESTED] = s->fails[UCHROOT_NESTED];
	return row_counts(row, t, s) && expected(t, &best) == UCHROOT_ALLOWED;
}

static bool flag(unsigned int *bits)
{
	const bool value = *bits & 1;

	*bits >>= 1;
	return value;
}

/* Calls visit for every combination of tunables. */
static unsigned long for_all_tunables(void (*visit)(const struct uchroot_tunables *))
{
	unsigned long combinations = 0;

	for (unsigned int bits = 0; bits < 1 << 9; bits++) {
		for (size_t d = 0; d < LENGTH(open_directories); d++)
		for (size_t c = 0; c < LENGTH(cwd_levels); c++)
		for (size_t g = 0; g < LENGTH(groups); g++) {
			unsigned int rest = bits;
			const struct uchroot_tunables t = {
				.enabled = flag(&rest),
				.allow_nested = flag(&rest),
				.allow_seccomp = flag(&rest),
				.allow_user_namespaces = flag(&rest),
				.require_trusted_root = flag(&rest),
				.restrict_privileged = flag(&rest),
				.require_no_new_privs = flag(&rest),
				.require_unshared_fs = flag(&rest),
				.require_beneath = flag(&rest),
				.allow_open_directories = open_directories[d],
				.require_cwd_beneath = cwd_levels[c],
				.allowed_group = groups[g],
			};

			visit(&t);
			combinations++;
		}
	}
	return combinations;
}

/* Some facts: 11 conditions from no_new_privs to cwd_outside, and privileged. */
#define FACT_BITS 12

static void situation_from(const struct uchroot_tunables *t, unsigned int bits,
			   struct situation *s, struct uchroot_facts *facts)
{
	memset(s, 0, sizeof(*s));
	s->privileged = flag(&bits);
	facts->privileged = s->privileged;
	facts->failed = 0;
	for (int row = UCHROOT_NO_NEW_PRIVS; row < UCHROOT_MAC; row++) {
		s->fails[row] = flag(&bits);
		if (s->fails[row])
			facts->failed |= UCHROOT_BIT(row);
	}
	facts->conditions = uchroot_policy_conditions(t, s->privileged,
						      s->fails[UCHROOT_NESTED]);
}

/* The rows that src/facts.c asks about before it looks. */
static const enum uchroot_reason slow_rows[] = {
	UCHROOT_NOT_BENEATH, UCHROOT_UNTRUSTED_ROOT, UCHROOT_OPEN_DIRECTORY,
	UCHROOT_SHARED_FILES, UCHROOT_CWD_OUTSIDE,
};

static unsigned long decided[UCHROOT_REASONS];

static void decide_all(const struct uchroot_tunables *t)
{
	struct situation s;
	struct uchroot_facts facts;

	for (unsigned int bits = 0; bits < 1 << FACT_BITS; bits++) {
		situation_from(t, bits, &s, &facts);
		const enum uchroot_reason want = expected(t, &s);
		const enum uchroot_reason got = uchroot_policy_decide(&facts);

		if (got != want)
			ck_abort_msg("facts %#x: expected %s, got %s", bits,
				     uchroot_reason_name(want),
				     uchroot_reason_name(got));
		for (size_t i = 0; i < LENGTH(slow_rows); i++)
			if (uchroot_policy_wants(&facts, slow_rows[i]) !=
			    expected_wants(t, &s, slow_rows[i]))
				ck_abort_msg("facts %#x: wrong about looking at %s",
					     bits,
					     uchroot_reason_name(slow_rows[i]));
		decided[got]++;
	}
}

START_TEST(every_combination)
{
	ck_assert_uint_eq(for_all_tunables(decide_all), 512 * 4 * 3 * 2);

	/* A reason that never came up would not have been tested. */
	for (int row = UCHROOT_ALLOWED; row < UCHROOT_MAC; row++)
		ck_assert_msg(decided[row], "%s never decided a case",
			      uchroot_reason_name(row));
	ck_assert_uint_eq(decided[UCHROOT_MAC], 0);
}
END_TEST

static void serves_all(const struct uchroot_tunables *t)
{
	for (int bits = 0; bits < 4; bits++) {
		const bool nnp = bits & 1, privileged = bits & 2;
		bool want;

		if (!t->enabled)
			want = false;
		else if (privileged)
			want = t->restrict_privileged;
		else if (nnp)
			want = true;
		else
			want = !t->require_no_new_privs;
		ck_assert_msg(uchroot_policy_serves(t, nnp, privileged) == want,
			      "enabled %d nnp %d privileged %d: expected %d",
			      t->enabled, nnp, privileged, want);
	}
}

START_TEST(who_is_served)
{
	ck_assert_uint_gt(for_all_tunables(serves_all), 0);
}
END_TEST

/* src/facts.c asks about these before it knows whether the caller is chrooted. */
static void chrooted_changes(const struct uchroot_tunables *t)
{
	const unsigned int early = UCHROOT_BIT(UCHROOT_NOT_BENEATH + 1) - 1;

	for (int privileged = 0; privileged < 2; privileged++)
		ck_assert_uint_eq(
			uchroot_policy_conditions(t, privileged, false) & early,
			uchroot_policy_conditions(t, privileged, true) & early);
}

START_TEST(being_chrooted)
{
	ck_assert_uint_gt(for_all_tunables(chrooted_changes), 0);
}
END_TEST

/* The names are an interface: counters, events, logs and manuals use them. */
START_TEST(names)
{
	static const char *const in_order[] = {
		"none", "no_new_privs", "user_namespace", "group", "seccomp",
		"shared_fs", "nested", "not_beneath", "untrusted_root",
		"open_directory", "shared_files", "cwd_outside", "mac",
	};

	ck_assert_uint_eq(LENGTH(in_order), UCHROOT_REASONS);
	for (int row = 0; row < UCHROOT_REASONS; row++)
		ck_assert_str_eq(uchroot_reason_name(row), in_order[row]);
	ck_assert_str_eq(uchroot_reason_name(UCHROOT_REASONS), "unknown");
}
END_TEST

/* With defaults an un-chrooted caller's directories are its own business. */
START_TEST(defaults)
{
	const struct uchroot_tunables t = {
		.enabled = true,
		.allow_open_directories = 1,
		.require_cwd_beneath = 1,
		.allowed_group = UCHROOT_EVERYONE,
		.log = UCHROOT_LOG_REFUSALS,
		.require_no_new_privs = true,
		.require_unshared_fs = true,
		.require_beneath = true,
	};
	struct uchroot_facts facts = {
		.conditions = uchroot_policy_conditions(&t, false, false),
		.failed = UCHROOT_BIT(UCHROOT_OPEN_DIRECTORY) |
			  UCHROOT_BIT(UCHROOT_SHARED_FILES) |
			  UCHROOT_BIT(UCHROOT_CWD_OUTSIDE) |
			  UCHROOT_BIT(UCHROOT_UNTRUSTED_ROOT) |
			  UCHROOT_BIT(UCHROOT_GROUP),
	};

	ck_assert_int_eq(uchroot_policy_decide(&facts), UCHROOT_ALLOWED);
	ck_assert(!uchroot_policy_wants(&facts, UCHROOT_OPEN_DIRECTORY));
	facts.conditions = uchroot_policy_conditions(&t, false, true);
	facts.failed |= UCHROOT_BIT(UCHROOT_NESTED);
	ck_assert_int_eq(uchroot_policy_decide(&facts), UCHROOT_NESTED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tcase = tcase_create("decision");
	SRunner *runner;
	int failed;

	/* 7 s; ten times as long on a machine that has other things to do. */
	tcase_set_timeout(tcase, 600);
	tcase_add_test(tcase, every_combination);
	tcase_add_test(tcase, who_is_served);
	tcase_add_test(tcase, being_chrooted);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, defaults);
	suite_add_tcase(suite, tcase);

	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
