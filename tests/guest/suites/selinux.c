// SPDX-License-Identifier: GPL-2.0
/*
 * SELinux enforcing, with Debian's default policy: it mediates chroot through
 * the capability, as AppArmor does. Needs a boot with security=selinux.
 *
 * The guest's files have no labels to speak of and nobody logs in, so that a
 * process is put into a domain while the kernel is permissive.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "suites.h"

#define SELINUX		"/sys/fs/selinux"
#define POLICY		"/usr/lib/uchroot-tests/selinux-policy"
#define NOT_IN_DOMAIN	200

static char policy[8 << 20];

/* How far the caller is, in memory that it shares with the test. */
enum { ENTERING, READY, ENFORCING };
static volatile int *stage;

/* The kernel takes a policy in one write. */
static void load_policy(void)
{
	const int from = open(POLICY, O_RDONLY);
	const int to = open(SELINUX "/load", O_RDWR);
	ssize_t size;

	must(from >= 0 && to >= 0);
	size = read(from, policy, sizeof(policy));
	must(size > 0 && size < (ssize_t)sizeof(policy));
	must(write(to, policy, size) == size);
	close(from);
	close(to);
}

static void enforcing_setup(void)
{
	if (access(SELINUX "/load", F_OK))
		must(!mount("selinuxfs", SELINUX, "selinuxfs", 0, NULL));
	/* Before that, there are but the initial names. */
	if (!strchr(file_read("/proc/self/attr/current"), ':'))
		load_policy();
	must(!file_write(SELINUX "/enforce", "0"));

	stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(stage != MAP_FAILED);
}

static const struct domain {
	const char *context;
	bool permitted;		/* has the policy "capability sys_chroot"? */
} domains[] = {
	{ "unconfined_u:unconfined_r:unconfined_t:s0", true },
	{ "user_u:user_r:user_t:s0", true },
	{ "system_u:system_r:ping_t:s0", false },
	{ "system_u:system_r:hostname_t:s0", false },
	{ "system_u:system_r:kernel_t:s0", true },
};

/* -- a caller in a domain ---------------------------------------------------- */

static void wait_for(int what)
{
	while (*stage != what)
		usleep(1000);
}

static bool enter(const struct domain *domain)
{
	const size_t length = strlen(domain->context);

	return !file_write("/proc/self/attr/current", domain->context) &&
	       !strncmp(file_read("/proc/self/attr/current"), domain->context,
			length);
}

/* In the domain even a descriptor may be out of reach: the result is the status. */
static void __attribute__((noreturn))
call_in_domain(const struct domain *domain, void (*become)(void))
{
	if (!enter(domain))
		_exit(NOT_IN_DOMAIN);
	become();
	*stage = READY;
	wait_for(ENFORCING);
	_exit(-sys_chroot("/"));
}

/* The errno of the call, made while SELinux enforces its policy. */
static int enforced_call(const struct domain *domain, void (*become)(void))
{
	pid_t pid;
	int status;

	*stage = ENTERING;
	pid = fork();
	must(pid >= 0);
	if (!pid)
		call_in_domain(domain, become);
	wait_for(READY);
	must(!file_write(SELINUX "/enforce", "1"));
	*stage = ENFORCING;
	must(waitpid(pid, &status, 0) == pid);
	must(!file_write(SELINUX "/enforce", "0"));
	ck_assert_msg(WIFEXITED(status), "%s: ended by a signal",
		      domain->context);
	return WEXITSTATUS(status);
}

static void expect_call(const struct domain *domain, void (*become)(void),
			int expected, const char *counted)
{
	const unsigned long long before = counter(counted);
	const int error = enforced_call(domain, become);

	ck_assert_msg(error == expected, "%s: %s, expected %s", domain->context,
		      error == NOT_IN_DOMAIN ? "cannot get there" :
					       strerror(error),
		      strerror(expected));
	ck_assert_msg(counter(counted) - before == 1, "%s: %s did not grow",
		      domain->context, counted);
}

/* -- tests --------------------------------------------------------------------- */

static void stay_root(void)
{
}

/* What the domains are: the kernel alone tells who may. */
START_TEST(policy_decides_for_root)
{
	const struct domain *domain = &domains[_i];
	const int error = enforced_call(domain, stay_root);

	ck_assert_msg(error == (domain->permitted ? 0 : EPERM), "%s: %s",
		      domain->context, strerror(error));
}
END_TEST

START_TEST(policy_has_a_veto)
{
	const struct domain *domain = &domains[_i];

	if (domain->permitted)
		expect_call(domain, become_served_user, 0, "allowed");
	else
		expect_call(domain, become_served_user, EACCES, "refused_mac");
}
END_TEST

/* A condition of ours comes first, whatever the policy says. */
START_TEST(condition_comes_before_the_policy)
{
	param_set("allowed_group", "4242");
	expect_call(&domains[_i], become_served_user, EPERM, "refused_group");
}
END_TEST

Suite *selinux_suite(void)
{
	Suite *suite = suite_create("selinux");
	TCase *tc = add_case(suite, "selinux");

	tcase_add_checked_fixture(tc, enforcing_setup, NULL);
	tcase_add_loop_test(tc, policy_decides_for_root, 0, COUNT(domains));
	tcase_add_loop_test(tc, policy_has_a_veto, 0, COUNT(domains));
	tcase_add_loop_test(tc, condition_comes_before_the_policy, 0,
			    COUNT(domains));
	return suite;
}
