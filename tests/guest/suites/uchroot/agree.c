// SPDX-License-Identifier: GPL-2.0
/*
 * uchroot --explain and the kernel must say the same: every situation that a
 * caller can be in here, every value of every parameter, every kind of target.
 * A call is explained, then made, and the counters tell who answered it how.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "situations.h"
#include "tool.h"
#include "trees.h"
#include "uchroot.h"

/* -- what is set ---------------------------------------------------------------- */

#define MAX_SET	8	/* with the end */

struct setting {
	const char *name, *value;
};

/* Every value of every parameter, and those that matter only together. */
static const struct setting settings[][MAX_SET] = {
	{ { NULL, NULL } },
	{ { "enabled", "N" } },
	{ { "allow_open_directories", "0" } },
	{ { "allow_open_directories", "2" } },
	{ { "require_cwd_beneath", "0" } },
	{ { "require_cwd_beneath", "2" } },
	{ { "allow_seccomp", "Y" } },
	{ { "allow_user_namespaces", "Y" } },
	{ { "allow_user_namespaces", "Y" }, { "allowed_group", "1000" } },
	{ { "allowed_group", "1000" } },
	{ { "allowed_group", "2000" } },
	{ { "allowed_group", "4242" } },
	{ { "require_trusted_root", "Y" } },
	{ { "restrict_privileged", "Y" } },
	{ { "restrict_privileged", "Y" }, { "allow_open_directories", "0" } },
	{ { "require_no_new_privs", "N" } },
	{ { "require_unshared_fs", "N" } },
	{ { "require_beneath", "N" } },
	{ { "allow_nested", "Y" } },
	{ { "allow_nested", "Y" }, { "require_cwd_beneath", "0" } },
	{ { "allow_nested", "Y" }, { "require_beneath", "N" } },
	{ { "allow_nested", "Y" }, { "require_beneath", "N" },
	  { "require_cwd_beneath", "0" }, { "allow_open_directories", "2" } },
	{ { "allow_nested", "Y" }, { "allow_seccomp", "Y" },
	  { "allow_user_namespaces", "Y" }, { "require_unshared_fs", "N" },
	  { "require_beneath", "N" }, { "allow_open_directories", "2" },
	  { "require_trusted_root", "Y" } },
};

/* All parameters have their defaults. */
static bool defaults;

static void set_all(const struct setting *setting)
{
	params_default();
	note("all defaults");
	defaults = !setting->name;
	for (; setting->name; setting++) {
		param_set(setting->name, setting->value);
		note("the last of the parameters: %s=%s", setting->name, setting->value);
	}
}

/* -- what happened ---------------------------------------------------------------- */

static void read_counters(unsigned long long counters[N_COUNTERS])
{
	for (int i = 0; i < N_COUNTERS; i++)
		counters[i] = counter(counter_name(i));
}

/* The index of the counter that grew by one, or -1. */
static int moved(const unsigned long long before[N_COUNTERS])
{
	unsigned long long after[N_COUNTERS];
	int which = -1;

	read_counters(after);
	for (int i = 0; i < N_COUNTERS; i++) {
		if (after[i] == before[i])
			continue;
		check_quietly(which < 0 && after[i] == before[i] + 1,
			      "one call has moved %s by %llu", counter_name(i),
			      after[i] - before[i]);
		which = i;
	}
	return which;
}

/* -- agreement ------------------------------------------------------------------------ */

struct counts {
	int all, certain;
};

/* The conditions that cannot be looked at from there, and none but those. */
static void expect_seen(const char *json, const struct standing *s, bool as_is)
{
	/* A directory that cannot be reached is compared with nothing. */
	if (json_condition(json, "path", "failed"))
		return;
	for (int i = 0; i < N_COUNTERS; i++) {
		const char *name = i ? reasons[i - 1] : "module";

		/* A BPF program can be seen nowhere, nor who made a tmpfs. */
		if (!json_condition(json, name, "unknown") || !strcmp(name, "mac") ||
		    !strcmp(name, "untrusted_root") ||
		    (as_is && !strcmp(name, "shared_fs")))
			continue;
		check_quietly(s->unknown && strstr(s->unknown, name),
			      "%s: %s is unknown, and need not be: %s", s->name,
			      name, json);
	}
}

static void compare(const char *json, const char *what, bool granted, int which)
{
	const bool said_granted = !strcmp(json_value(json, "verdict"), "granted");
	const bool by_module = !strcmp(json_value(json, "decided_by"), "module");
	const char *reason = json_value(json, "reason");
	const char *did = which < 0 ? "nobody" : which ? reasons[which - 1] : "none";
	bool same = granted == said_granted && by_module == (which >= 0) &&
		    (!by_module || !strcmp(reason, did));

	/* What is called unknown may be the reason; nothing else may. */
	if (!same && !strcmp(json_value(json, "certain"), "false"))
		same = which > 0 ? json_condition(json, did, "unknown") :
		       which == 0 && by_module;
	check_quietly(same, "%s: it was %s, and the counter that moved is that of %s; but: %s",
		      what, granted ? "granted" : "refused", did, json);
}

static void try(const struct standing *s, const char *path, bool as_is,
		struct counts *counts)
{
	const char *const explain[] = { "--explain", "--json", path, NULL };
	const char *const explain_as_is[] = {
		"--explain", "--json", "--as-is", path, NULL
	};
	const char *const run[] = { path, "/there-is-no-such-program", NULL };
	unsigned long long before[N_COUNTERS];
	static struct ran said, did;
	char what[256];
	bool granted;

	snprintf(what, sizeof(what), "%s, %s, %s", s->name, path,
		 as_is ? "as it is" : "by uchroot");
	read_counters(before);
	run_uchroot(&said, s->clone_flags, as_is ? explain_as_is : explain);
	check_quietly(said.status == 0 || said.status == 1, "%s: status %d: %s",
		      what, said.status, said.output);
	check_quietly(moved(before) < 0, "%s: explaining was a call itself", what);
	/* Without /sys they may be anything, so the defaults are supposed. */
	if (!defaults && s->unknown && strstr(s->unknown, "module") &&
	    json_condition(said.output, "module", "unknown"))
		return;
	expect_seen(said.output, s, as_is);

	if (as_is) {
		granted = !run_plain_chroot(path, s->clone_flags);
	} else {
		run_uchroot(&did, s->clone_flags, run);
		granted = did.status == 127;
		check_quietly(granted || did.status == 125, "%s: status %d: %s",
			      what, did.status, did.output);
	}
	check_quietly((said.status == 0) == !strcmp(json_value(said.output, "verdict"),
						    "granted"),
		      "%s: the status %d is not: %s", what, said.status, said.output);
	compare(said.output, what, granted, moved(before));
	counts->all++;
	/* What is granted is so but for what nobody can see. */
	counts->certain += said.status == 0 ||
			   !strcmp(json_value(said.output, "certain"), "true");
}

/* Lookup errors have nothing to do with parameters: once will do. */
static void try_lookups(const struct standing *s, struct counts *counts)
{
	static const char *const paths[] = {
		"/missing/sub", "/file", "/closed", "/closed/sub", "/file/sub",
	};

	for (int i = 0; i < COUNT(paths); i++)
		try(s, paths[i], i % 2, counts);
}

static void stand_and_try(void *argument)
{
	const struct standing *s = argument;
	const int step = agreement_step(COUNT(settings));
	const int first = (s - standings) % step;
	struct counts counts = { 0, 0 };
	const char *const paths[] = { "/", "/sub", ".", special };
	int n = 3;

	uchroot_open();
	furnish_here();
	if (s->stand)
		s->stand();
	n += special[0] != '\0';
	for (int i = first; i < COUNT(settings); i += step) {
		set_all(settings[i]);
		for (int p = 0; p < n; p++)
			try(s, paths[p], true, &counts);
		/* Where it stands makes no difference to uchroot: it goes there. */
		try(s, "/sub", false, &counts);
		if (n > 3)
			try(s, paths[3], false, &counts);
	}
	set_all(settings[0]);
	if (!first)
		try_lookups(s, &counts);
	dprintf(STDOUT_FILENO, "# agreement: %d of %d certain: %s\n",
		counts.certain, counts.all, s->name);
	/* Shrugging is not agreeing. */
	check_quietly(counts.certain * 4 >= counts.all || s->unknown,
		      "%s: only %d of %d are certain", s->name, counts.certain,
		      counts.all);
}

START_TEST(explains_as_the_kernel_does)
{
	check_in_child(stand_and_try, (void *)&standings[_i]);
}
END_TEST

/* Whose the tree is, and how it is mounted. */
static void stand_before_tree(void *argument)
{
	const struct tree *tree = argument;
	const struct standing served = { tree->name, NULL, 0, NULL };
	struct counts counts = { 0, 0 };
	const char *path;

	uchroot_open();
	furnish_here();
	path = tree->make();
	if (!path)
		return;
	become_served_user();
	for (int required = 0; required < 2; required++) {
		param_set("require_trusted_root", required ? "Y" : "N");
		try(&served, path, true, &counts);
		try(&served, path, false, &counts);
	}
}

START_TEST(explains_trees_as_the_kernel_does)
{
	check_in_child(stand_before_tree, (void *)&trees[_i]);
}
END_TEST

void add_agreement_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "agreement");

	tcase_set_timeout(tc, 240);
	tcase_add_unchecked_fixture(tc, NULL, situations_end);
	tcase_add_loop_test(tc, explains_as_the_kernel_does, 0, standing_count);
	tcase_add_loop_test(tc, explains_trees_as_the_kernel_does, 0, tree_count);
}
