// SPDX-License-Identifier: GPL-2.0
/*
 * Who is served. A caller that is not served gets the kernel's own answer, and
 * no counter moves.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "hook.h"
#include "suites.h"

static const char *target;

/* -- not served: the kernel says EPERM -------------------------------------- */

static void become_user_while_disabled(void)
{
	param_set("enabled", "N");
	become_served_user();
}

static void become_root_without_capability(void)
{
	drop_capability(CAP_SYS_CHROOT);
}

static void become_root_with_lowered_capability(void)
{
	lower_capability(CAP_SYS_CHROOT);
}

static void thread_sets_no_new_privs(void *unused)
{
	(void)unused;
	set_no_new_privs();
	must(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
}

/* The flag is the thread's own: what another thread did counts for nothing. */
static void become_user_beside_thread_with_nnp(void)
{
	become_user();
	in_thread(thread_sets_no_new_privs, NULL);
	must(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
}

static void become_user_in_namespace(void)
{
	become_user();
	enter_user_namespace();
}

static const struct caller not_served[] = {
	{ "user without no_new_privs", become_user },
	{ "user, enabled=N", become_user_while_disabled },
	{ "uid 0 without the capability or no_new_privs", become_root_without_capability },
	{ "uid 0, capability permitted only", become_root_with_lowered_capability },
	{ "no_new_privs set in another thread", become_user_beside_thread_with_nnp },
	{ "user namespace, no capability, no no_new_privs", become_user_in_namespace },
};

static void check_not_served(void *data)
{
	const struct caller *caller = data;

	caller->become();
	/* The lookup is the kernel's own as well. */
	expect_stock("/does-not-exist", ENOENT);
	expect_stock(target, EPERM);
	/* Not even a directory that is open, or where it may not go, counts. */
	must(open("/", O_RDONLY) >= 0);
	expect_stock(target, EPERM);
}

START_TEST(not_served_gets_the_kernels_answer)
{
	target = make_dir("hook");
	check_each_entry(check_not_served, (void *)&not_served[_i]);
}
END_TEST

/* -- served ----------------------------------------------------------------- */

static void become_user_without_nnp_while_not_required(void)
{
	param_set("require_no_new_privs", "N");
	become_user();
}

static void become_root_without_capability_nnp(void)
{
	become_root_without_capability();
	set_no_new_privs();
}

static void become_root_with_lowered_capability_nnp(void)
{
	become_root_with_lowered_capability();
	set_no_new_privs();
}

static void become_root_without_any_capability_nnp(void)
{
	drop_capabilities();
	set_no_new_privs();
}

/* The kernel empties the effective set; the permitted one stays full. */
static void become_euid_user_ruid_root(void)
{
	must(setresuid(0, TEST_UID, 0) == 0);
	set_no_new_privs();
}

static void keep_permitted(void)
{
	must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	become_user();
}

static void become_user_with_permitted_only(void)
{
	keep_permitted();
	set_no_new_privs();
}

static const struct caller served[] = {
	{ "user with no_new_privs", become_served_user },
	{ "user, require_no_new_privs=N", become_user_without_nnp_while_not_required },
	{ "uid 0 without the capability", become_root_without_capability_nnp },
	{ "uid 0, capability permitted only", become_root_with_lowered_capability_nnp },
	{ "uid 0 without any capability", become_root_without_any_capability_nnp },
	{ "euid 1000, ruid 0", become_euid_user_ruid_root },
	{ "user, capability permitted only", become_user_with_permitted_only },
};

static void check_served(void *data)
{
	const struct caller *caller = data;

	caller->become();
	/* A name that is not found is no decision. */
	expect_stock("/does-not-exist", ENOENT);
	expect_granted(target);
	expect_refused("/", "nested");
}

START_TEST(served_is_granted_and_refused)
{
	target = make_dir("hook");
	check_each_entry(check_served, (void *)&served[_i]);
}
END_TEST

/* -- privileged: never touched ---------------------------------------------- */

static void beside_a_thread(void)
{
	start_thread();
}

static void beside_a_peer(void)
{
	start_peer(CLONE_FS | CLONE_FILES);
}

static void with_open_directories(void)
{
	param_set("allow_open_directories", "0");
	must(open("/", O_RDONLY) >= 0);
	must(open("/tmp", O_PATH) >= 0);
}

static void already_chrooted(void)
{
	const char *jail = make_dir("jail");

	make_dir_in(jail, "sub");
	enter_jail(jail);
	target = "/sub";
}

/* Neither in the same tree nor below the working directory. */
static void with_a_detached_target(void)
{
	const char *mount_point = make_dir("mnt");
	static char path[64];
	int fd;

	mount_tmpfs(mount_point);
	fd = open(mount_point, O_PATH);
	must(fd >= 0);
	must(umount2(mount_point, MNT_DETACH) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	target = path;
}

static void with_the_cwd_outside(void)
{
	const char *jail = make_dir("jail");

	param_set("require_cwd_beneath", "2");
	make_dir_in(jail, "sub");
	must(chroot(jail) == 0);
	target = "/sub";
}

static void in_no_allowed_group(void)
{
	param_set("allowed_group", "4242");
}

static void as_root_of_a_user_namespace(void)
{
	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
}

static void as_user_with_effective_capability(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	keep_permitted();
	data[0].permitted = data[0].effective = 1U << CAP_SYS_CHROOT;
	must(syscall(SYS_capset, &header, data) == 0);
}

static void against_everything(void)
{
	with_open_directories();
	add_seccomp_filter();
	in_no_allowed_group();
	already_chrooted();
	param_set("require_cwd_beneath", "2");
	param_set("require_trusted_root", "Y");
	beside_a_peer();
	beside_a_thread();
}

static void while_nnp_is_not_required(void)
{
	param_set("require_no_new_privs", "N");
}

static const struct caller privileged[] = {
	{ "plain", plainly },
	{ "thread sharing fs", beside_a_thread },
	{ "CLONE_FS and CLONE_FILES peer", beside_a_peer },
	{ "open directories, allow_open_directories=0", with_open_directories },
	{ "already chrooted", already_chrooted },
	{ "seccomp filter", add_seccomp_filter },
	{ "detached target", with_a_detached_target },
	{ "cwd outside, require_cwd_beneath=2", with_the_cwd_outside },
	{ "not in allowed_group", in_no_allowed_group },
	{ "root of a user namespace", as_root_of_a_user_namespace },
	{ "non-root uid with the capability", as_user_with_effective_capability },
	{ "everything at once", against_everything },
	{ "require_no_new_privs=N", while_nnp_is_not_required },
};

static void check_privileged(void *data)
{
	const struct caller *caller = data;

	caller->become();
	expect_stock("/does-not-exist", ENOENT);
	expect_stock(target, 0);
}

static void check_privileged_nnp(void *data)
{
	set_no_new_privs();
	check_privileged(data);
}

START_TEST(privileged_is_never_touched)
{
	target = make_dir("hook");
	check_each_entry(check_privileged, (void *)&privileged[_i]);
	params_default();
	check_each_entry(check_privileged_nnp, (void *)&privileged[_i]);
}
END_TEST

/* -- per thread ------------------------------------------------------------- */

static void thread_is_served(void *unused)
{
	(void)unused;
	set_no_new_privs();
	/* Served, and its fs_struct is the other thread's too. */
	expect_refused(target, "shared_fs");
	must(unshare(CLONE_FS) == 0);
	expect_granted(target);
}

START_TEST(no_new_privs_is_per_thread)
{
	target = make_dir("hook");
	become_user();
	in_thread(thread_is_served, NULL);
	/* Nothing of it holds for this thread. */
	expect_stock(target, EPERM);
	must(access("/proc/self", F_OK) == 0);
}
END_TEST

static void thread_drops_capability(void *unused)
{
	(void)unused;
	drop_capability(CAP_SYS_CHROOT);
	expect_stock(target, EPERM);
	set_no_new_privs();
	expect_refused(target, "shared_fs");
}

START_TEST(capabilities_are_per_thread)
{
	target = make_dir("hook");
	in_thread(thread_drops_capability, NULL);
	expect_stock(target, 0);
}
END_TEST

Suite *hook_suite(void)
{
	Suite *suite = suite_create("hook");
	TCase *tc;

	tc = add_case(suite, "callers");
	tcase_add_loop_test(tc, not_served_gets_the_kernels_answer, 0, COUNT(not_served));
	tcase_add_loop_test(tc, served_is_granted_and_refused, 0, COUNT(served));
	tcase_add_loop_test(tc, privileged_is_never_touched, 0, COUNT(privileged));

	tc = add_case(suite, "threads");
	tcase_add_test(tc, no_new_privs_is_per_thread);
	tcase_add_test(tc, capabilities_are_per_thread);

	add_entry_cases(suite);
	add_exec_cases(suite);
	add_tracer_cases(suite, false);
	return suite;
}
