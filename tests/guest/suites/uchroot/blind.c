// SPDX-License-Identifier: GPL-2.0
/*
 * uchroot --explain where it cannot look: without /proc or /sys, without
 * descriptors or processes, with a SIGCHLD that is ignored. What it does not
 * know it may say; what it says must be what the kernel then does.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "situations.h"
#include "tool.h"
#include "uchroot.h"

/* -- what is in the way of looking ------------------------------------------------ */

static void no_proc(void)
{
	mount_tmpfs("/proc");
}

static void no_sys(void)
{
	mount_tmpfs("/sys");
}

static void neither(void)
{
	no_proc();
	no_sys();
}

static void limit(int resource, rlim_t to)
{
	const struct rlimit both = { .rlim_cur = to, .rlim_max = to };

	setrlimit(resource, &both);
}

static void three_descriptors(void)
{
	limit(RLIMIT_NOFILE, 3);
}

static void no_processes(void)
{
	limit(RLIMIT_NPROC, 0);
}

static void no_word_of_children(void)
{
	signal(SIGCHLD, SIG_IGN);
}

/*
 * On new kernels, such as 7.2, an initramfs is mounted on a root that nobody sees.
 * Then it takes a child to find out that a user is not chrooted.
 */
static bool root_is_the_first(void)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	int id, parent;
	bool first = false;

	must(mounts);
	while (!first && fscanf(mounts, "%d %d%*[^\n]", &id, &parent) == 2)
		first = id == parent;
	fclose(mounts);
	return first;
}

static const struct blindness {
	const char *name;
	void (*place)(void);	/* as root, in a mount namespace */
	void (*before)(void);	/* in the child that becomes uchroot */
	bool sees;		/* all that an outdoor caller is asked for */
} blindnesses[] = {
	{ "without /proc", no_proc, NULL, false },
	{ "without /sys", no_sys, NULL, false },
	{ "without /proc and /sys", neither, NULL, false },
	{ "with 3 descriptors", NULL, three_descriptors, false },
	{ "without processes", NULL, no_processes, true },
	{ "with SIGCHLD ignored", NULL, no_word_of_children, true },
};

/* -- who is asking ------------------------------------------------------------------ */

static void nothing(void)
{
}

static void open_some(void)
{
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
	must(open("/", O_PATH) >= 0);
}

static void served_with_some_open(void)
{
	open_some();
	become_served_user();
}

/* What is mounted in it goes along. */
static void jail(bool bind)
{
	const char *root = make_dir("jail");

	if (bind)
		must(!mount(root, root, NULL, MS_BIND, NULL));
	mkdir(path_in(root, "sub"), 0755);
	bind_system(root);
	enter_jail(root);
}

static void in_directory(void)
{
	jail(false);
	become_served_user();
}

static void in_mount(void)
{
	jail(true);
	become_served_user();
}

static void in_mount_with_some_open(void)
{
	jail(true);
	served_with_some_open();
}

static const struct asking {
	const char *name;
	void (*become)(void);
	bool plain;		/* nothing but the blindness hides anything */
} askings[] = {
	{ "root", nothing, true },
	{ "root with directories open", open_some, true },
	{ "user", become_user, true },
	{ "served user", become_served_user, true },
	{ "served user with directories open", served_with_some_open, true },
	{ "under a filter", become_served_under_filter, false },
	{ "in a user namespace", become_served_in_user_namespace, false },
	{ "jailed in a directory", in_directory, true },
	{ "jailed in a mount", in_mount, false },
	{ "jailed in a mount with directories open", in_mount_with_some_open, false },
};

static const char *const settings[][2] = {
	{ "enabled", "Y" },
	{ "enabled", "N" },
	{ "allow_open_directories", "0" },
	{ "restrict_privileged", "Y" },
	{ "allow_nested", "Y" },
	{ "allow_seccomp", "Y" },
	{ "allow_user_namespaces", "Y" },
	{ "allowed_group", "1000" },
	{ "allowed_group", "4242" },
	{ "require_cwd_beneath", "2" },
	{ "require_trusted_root", "Y" },
	{ "require_no_new_privs", "N" },
};

/* -- agreement ------------------------------------------------------------------------ */

static bool in_the_way(const char *json, const char *name)
{
	return json_condition(json, name, "failed") ||
	       json_condition(json, name, "unknown");
}

/* The index of the counter that is another now, or -1. */
static int moved(const unsigned long long before[N_COUNTERS])
{
	for (int i = 0; i < N_COUNTERS; i++)
		if (counter(counter_name(i)) != before[i])
			return i;
	return -1;
}

static void compare(const char *what, const char *json, bool granted, int which)
{
	const char *verdict = json_value(json, "verdict"), *reason = json_value(json, "reason");
	const bool certain = !strcmp(json_value(json, "certain"), "true");
	const char *by = json_value(json, "decided_by");
	const bool by_module = !strcmp(by, "module");
	const char *did = which > 0 ? reasons[which - 1] : NULL;

	if (!strcmp(verdict, "granted"))
		ck_assert_msg(granted && (!strcmp(by, "unknown") || by_module == (which == 0)),
			      "%s: wrongly granted: %s", what, json);
	if (!strcmp(verdict, "refused"))
		ck_assert_msg(!granted, "%s: wrongly refused: %s", what, json);
	if (!strcmp(verdict, "refused") && certain)
		ck_assert_msg(did ? by_module && !strcmp(reason, did) : !by_module,
			      "%s: the reason is %s: %s", what, did ? did : "the kernel's", json);
	/* What stopped it was not called ok, nor was anything else called a failure. */
	if (did)
		ck_assert_msg(in_the_way(json, did), "%s: %s is wrongly ok: %s", what, did, json);
	else if (!granted)
		ck_assert_msg(in_the_way(json, "module") || in_the_way(json, "no_new_privs"),
			      "%s: nothing is said to be in the way: %s", what, json);
	for (int i = 0; granted && i < N_COUNTERS - 1; i++)
		ck_assert_msg(!json_condition(json, reasons[i], "failed"),
			      "%s: %s has wrongly failed: %s", what, reasons[i], json);
}

static bool needs_child;

static void try(const struct blindness *b, const struct asking *a, bool as_is)
{
	const char *const explain[] = { "--explain", "--json", "/sub", NULL };
	const char *const explain_as_is[] = {
		"--explain", "--json", "--as-is", "/sub", NULL
	};
	const char *const run[] = { "/sub", "/there-is-no-such-program", NULL };
	unsigned long long before[N_COUNTERS];
	static struct ran said, did;
	char what[128];
	bool granted;

	snprintf(what, sizeof(what), "%s, %s, %s", a->name, b->name,
		 as_is ? "as it is" : "by uchroot");
	for (int i = 0; i < N_COUNTERS; i++)
		before[i] = counter(counter_name(i));
	uchroot_before = b->before;
	run_uchroot(&said, 0, as_is ? explain_as_is : explain);
	ck_assert_msg(said.status == 0 || said.status == 1, "%s: status %d: %s", what,
		      said.status, said.output);
	if (as_is) {
		granted = !run_plain_chroot("/sub", 0);
	} else {
		run_uchroot(&did, 0, run);
		granted = did.status == 127;
		ck_assert_msg(granted || did.status == 125, "%s: status %d: %s", what,
			      did.status, did.output);
	}
	uchroot_before = NULL;
	compare(what, said.output, granted, moved(before));
	/* Shrugging is not agreeing. */
	if (b->sees && a->plain && !as_is && !(needs_child && b->before == no_processes &&
					       json_condition(said.output, "nested", "unknown")))
		ck_assert_msg(strcmp(json_value(said.output, "verdict"), "unknown") != 0,
			      "%s: it could be seen: %s", what, said.output);
}

/* The indices of a blindness and of who asks. */
static int both[2];

static void stand_and_try(void *argument)
{
	const struct blindness *b = &blindnesses[both[0]];
	const struct asking *a = &askings[both[1]];
	const int step = agreement_step(COUNT(settings));

	(void)argument;
	needs_child = !root_is_the_first();
	uchroot_open();
	furnish_here();
	unshare_mounts();
	if (b->place)
		b->place();
	a->become();
	for (int i = (2 * both[0] + both[1]) % step; i < COUNT(settings); i += step) {
		params_default();
		param_set(settings[i][0], settings[i][1]);
		note("the parameters: %s=%s", settings[i][0], settings[i][1]);
		try(b, a, true);
		try(b, a, false);
	}
}

START_TEST(explains_no_more_than_it_sees)
{
	both[0] = _i;
	for (both[1] = 0; both[1] < COUNT(askings); both[1]++)
		check_in_child(stand_and_try, NULL);
}
END_TEST

/* -- the way of every start ------------------------------------------------------------- */

/* It cannot read that it must, and does it. */
START_TEST(closes_directories_when_in_doubt)
{
	static struct ran ran;
	const char *const run[] = { "/sub", "/there-is-no-such-program", NULL };

	uchroot_open();
	furnish_here();
	unshare_mounts();
	no_sys();
	param_set("allow_open_directories", "0");
	served_with_some_open();
	run_uchroot(&ran, 0, run);
	ck_assert_msg(ran.status == 127, "status %d: %s", ran.status, ran.output);
}
END_TEST

START_TEST(closes_directories_without_descriptors)
{
	static struct ran ran;
	const char *const run[] = { "/sub", "/there-is-no-such-program", NULL };

	uchroot_open();
	furnish_here();
	param_set("allow_open_directories", "0");
	served_with_some_open();
	uchroot_before = three_descriptors;
	run_uchroot(&ran, 0, run);
	ck_assert_msg(ran.status == 127, "status %d: %s", ran.status, ran.output);
}
END_TEST

void add_blind_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "blind");

	tcase_set_timeout(tc, 240);
	tcase_add_unchecked_fixture(tc, NULL, situations_end);
	tcase_add_loop_test(tc, explains_no_more_than_it_sees, 0, COUNT(blindnesses));
	tcase_add_test(tc, closes_directories_when_in_doubt);
	tcase_add_test(tc, closes_directories_without_descriptors);
}
