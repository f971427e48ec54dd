// SPDX-License-Identifier: GPL-2.0
/*
 * Mandatory access control: AppArmor, which mediates chroot through the
 * capability, and TOMOYO, which mediates it by the path.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "suites.h"

#define CAP_SYS_CHROOT_BIT	(1ULL << 18)

/*
 * What is in the task's credentials: capget(2) would leave out what AppArmor
 * denies. Opened before a call, since afterwards there is no /proc.
 */
static FILE *open_status(void)
{
	FILE *status = fopen("/proc/self/status", "re");

	if (status)
		setbuf(status, NULL);
	return status;
}

/* Of one set, such as "CapEff", or of all sets that a task may gain by. */
static unsigned long long capabilities(FILE *status, const char *set)
{
	unsigned long long all = 0;
	char line[256];

	rewind(status);
	while (fgets(line, sizeof(line), status))
		if (set ? !strncmp(line, set, strlen(set)) :
			  !strncmp(line, "Cap", 3) && strncmp(line, "CapBnd", 6))
			all |= strtoull(strchr(line, ':') + 1, NULL, 16);
	return all;
}

/* -- AppArmor --------------------------------------------------------------- */

/* In the jail there is no /proc, and outside of it there is no entering it. */
static void confine(const char *profile, const char *jail)
{
	const int attribute = open("/proc/self/attr/apparmor/current", O_WRONLY);
	char command[64] = "changeprofile ";

	must(attribute >= 0);
	if (jail)
		enter_jail(jail);
	strcat(command, profile);
	must(write(attribute, command, strlen(command)) ==
	     (ssize_t)strlen(command));
	close(attribute);
}

static const struct {
	const char *profile;	/* NULL: unconfined */
	const char *reason;	/* NULL: granted */
} profiles[] = {
	{ NULL, NULL },
	{ "uchroot-permitted", NULL },
	{ "uchroot-confined", "mac" },
};

static void call_as_user(void *argument)
{
	const int n = *(int *)argument;
	FILE *status = open_status();

	must(status);
	if (profiles[n].profile)
		confine(profiles[n].profile, NULL);
	become_served_user();
	expect_verdict("/tmp", profiles[n].reason);
	ck_assert_msg(!capabilities(status, NULL),
		      "the call has left capabilities behind: %#llx",
		      capabilities(status, NULL));
}

START_TEST(user_under_profile)
{
	check_each_entry(call_as_user, &_i);
}
END_TEST

static void call_as_root(void *argument)
{
	FILE *status = open_status();

	must(status);
	if (*(int *)argument)
		set_no_new_privs();
	/* Effective all the same: the profile is asked at its use only. */
	must(capabilities(status, "CapEff") & CAP_SYS_CHROOT_BIT);
	expect_stock("/tmp", EPERM);
}

/* The kernel's own refusal stands: no second chance without privilege. */
START_TEST(root_under_profile)
{
	confine("uchroot-confined", NULL);
	check_each_entry(call_as_root, &_i);
}
END_TEST

START_TEST(root_under_permitting_profile)
{
	confine("uchroot-permitted", NULL);
	set_no_new_privs();
	expect_stock("/tmp", 0);
}
END_TEST

START_TEST(restricted_root_under_profile)
{
	param_set("restrict_privileged", "Y");
	if (profiles[_i].profile)
		confine(profiles[_i].profile, NULL);
	expect_verdict("/tmp", profiles[_i].reason);
}
END_TEST

static void open_directory(void)
{
	must(open("/", O_RDONLY | O_DIRECTORY) >= 0);
}

static void share_fs(void)
{
	start_peer(CLONE_FS);
}

static void enter_tmp(void)
{
	must(!chdir("/tmp"));
}

/* What is refused by a condition is not put to the LSMs. */
static const struct {
	const char *reason, *parameter, *value;
	void (*as_user)(void);
	bool jailed;
} conditions[] = {
	{ "user_namespace", NULL, NULL, enter_user_namespace, false },
	{ "group", "allowed_group", "4242", NULL, false },
	{ "seccomp", NULL, NULL, add_seccomp_filter, false },
	{ "shared_fs", NULL, NULL, share_fs, false },
	{ "nested", NULL, NULL, NULL, true },
	{ "untrusted_root", "require_trusted_root", "Y", NULL, false },
	{ "open_directory", "allow_open_directories", "0", open_directory,
	  false },
	{ "cwd_outside", "require_cwd_beneath", "2", NULL, false },
	/* And these conditions, once switched off, leave it to them. */
	{ "mac", "allow_user_namespaces", "Y", enter_user_namespace, false },
	{ "mac", "allow_nested", "Y", enter_tmp, true },
	{ "mac", "allow_seccomp", "Y", add_seccomp_filter, false },
};

START_TEST(condition_before_mac)
{
	const char *jail = make_dir("mac");

	make_dir_in(jail, "tmp");
	if (conditions[_i].parameter)
		param_set(conditions[_i].parameter, conditions[_i].value);
	confine("uchroot-confined", conditions[_i].jailed ? jail : NULL);
	become_served_user();
	if (conditions[_i].as_user)
		conditions[_i].as_user();
	expect_stock("/none", ENOENT);
	expect_refused("/tmp", conditions[_i].reason);
}
END_TEST

/* -- TOMOYO ----------------------------------------------------------------- */

/*
 * The policy of this program's domain (tests/mac/tomoyo/tomoyo-init) has one rule
 * for chroot: it allows this directory.
 */
#define TOMOYO_PROGRAM	"/usr/lib/uchroot-tests/tomoyo-denied"
#define TOMOYO_ALLOWED	"/srv/tomoyo-allowed"

#define KEPT_CAPABILITIES	200

/* Not a test: libcheck's assertions do not work here. */
int tomoyo_denied_main(int argc, char **argv)
{
	FILE *status = open_status();
	int error;

	if (argc != 2 || !status)
		return EINVAL;
	error = -sys_chroot(argv[1]);
	return geteuid() && capabilities(status, NULL) ? KEPT_CAPABILITIES :
							 error;
}

static int run_as_user(void *path)
{
	become_served_user();
	execl(TOMOYO_PROGRAM, TOMOYO_PROGRAM, (char *)path, NULL);
	return errno;
}

static int run_as_root(void *path)
{
	set_no_new_privs();
	execl(TOMOYO_PROGRAM, TOMOYO_PROGRAM, (char *)path, NULL);
	return errno;
}

/* counted: the one counter that grows, or NULL. */
static void expect_run(int (*run)(void *), const char *path, int expected,
		       const char *counted)
{
	const unsigned long long allowed = counter("allowed");
	const unsigned long long refused = counter("refused_mac");
	const int error = in_child(run, (void *)path);

	ck_assert_msg(error == expected, "%s: %s, expected %s", path,
		      error == KEPT_CAPABILITIES ? "capabilities are left" :
						   strerror(error),
		      strerror(expected));
	ck_assert_msg(counter("allowed") - allowed ==
		      (counted && !strcmp(counted, "allowed")) &&
		      counter("refused_mac") - refused ==
		      (counted && !strcmp(counted, "refused_mac")),
		      "%s: expected %s to be counted", path,
		      counted ? counted : "nothing");
}

START_TEST(tomoyo_veto)
{
	expect_run(run_as_user, "/", EPERM, "refused_mac");
	expect_run(run_as_user, "/tmp", EPERM, "refused_mac");
	expect_run(run_as_user, "/none", ENOENT, NULL);
	expect_run(run_as_root, "/tmp", EPERM, NULL);
	/* A condition of ours comes first. */
	param_set("allowed_group", "4242");
	expect_run(run_as_user, "/tmp", EPERM, NULL);
}
END_TEST

/* The rule is about the directory that becomes the root, not about a name. */
START_TEST(tomoyo_judges_resolved_path)
{
	const char *dir = make_dir("tomoyo");
	const char *to_allowed = path_in(dir, "to-allowed");
	const char *inside = path_in(TOMOYO_ALLOWED, "link");

	must(!mkdir(TOMOYO_ALLOWED, 0755) || errno == EEXIST);
	must(!symlink(TOMOYO_ALLOWED, to_allowed));
	unlink(inside);
	must(!symlink("/tmp", inside));

	expect_run(run_as_user, TOMOYO_ALLOWED, 0, "allowed");
	expect_run(run_as_user, to_allowed, 0, "allowed");
	expect_run(run_as_user, inside, EPERM, "refused_mac");
	expect_run(run_as_root, to_allowed, 0, NULL);
}
END_TEST

Suite *mac_suite(void)
{
	Suite *suite = suite_create("mac");
	const int profile_count = COUNT(profiles);
	TCase *tc;

	tc = add_case(suite, "AppArmor");
	tcase_add_loop_test(tc, user_under_profile, 0, profile_count);
	tcase_add_loop_test(tc, root_under_profile, 0, 2);
	tcase_add_test(tc, root_under_permitting_profile);
	tcase_add_loop_test(tc, restricted_root_under_profile, 0,
			    profile_count);
	tcase_add_loop_test(tc, condition_before_mac, 0,
			    COUNT(conditions));

	tc = add_case(suite, "TOMOYO");
	tcase_add_test(tc, tomoyo_veto);
	tcase_add_test(tc, tomoyo_judges_resolved_path);
	return suite;
}
