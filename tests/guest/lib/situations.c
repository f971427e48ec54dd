// SPDX-License-Identifier: GPL-2.0
/*
 * The situations (situations.h): as whom, and all of them in a list.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "situations.h"

char special[SPECIAL_SIZE];

/* -- the plain ones ------------------------------------------------------------------ */

static void root_without_capability(void)
{
	drop_capabilities();
	set_no_new_privs();
}

static void member(void)
{
	static const gid_t group = 2000;

	must(!setgroups(1, &group));
	must(!setresgid(TEST_GID, TEST_GID, TEST_GID));
	must(!setresuid(TEST_UID, TEST_UID, TEST_UID));
	must(!prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
	set_no_new_privs();
}

static void with_capability_in_user_namespace(void)
{
	become_user();
	must(!unshare(CLONE_NEWUSER));
	become_namespace_root();
}

static void under_filter_against_chroot(void)
{
	become_served_user();
	must(!filter_call(SYS_chroot, SECCOMP_RET_ERRNO | EPERM, 0));
}

/* -- descriptors and the working directory ------------------------------------------------ */

static void directory_open(void)
{
	become_served_user();
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
	must(open("/", O_PATH) >= 0);
}

static void directory_as_input(void)
{
	const int fd = open("/sub", O_RDONLY | O_DIRECTORY);

	become_served_user();
	must(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
	close(fd);
}

static void root_directory_open(void)
{
	must(open("/sub", O_RDONLY | O_DIRECTORY) >= 0);
}

static void standing_inside(void)
{
	become_served_user();
	must(!chdir("/sub"));
}

static void standing_where_it_may_not_search(void)
{
	must(!chdir("/closed"));
	become_served_user();
}

static void standing_in_deleted(void)
{
	const char *dir = make_dir("deleted");

	must(!chdir(dir));
	must(!rmdir(dir));
	become_served_user();
}

/* -- security modules ---------------------------------------------------------------------------------- */

static void apparmor(const char *profile)
{
	char text[64];

	snprintf(text, sizeof(text), "changeprofile %s", profile);
	must(!file_write("/proc/self/attr/apparmor/current", text));
	become_served_user();
}

static void confined(void)
{
	apparmor("uchroot-confined");
}

static void permitted(void)
{
	apparmor("uchroot-permitted");
}

const struct standing standings[] = {
	{ "root", NULL, 0, NULL },
	{ "root with no_new_privs", set_no_new_privs, 0, NULL },
	{ "root with a directory open", root_directory_open, 0, NULL },
	{ "uid 0 without capabilities", root_without_capability, 0, NULL },
	{ "user", become_user, 0, NULL },
	{ "served user", become_served_user, 0, NULL },
	{ "member of a group", member, 0, NULL },
	{ "in a user namespace", become_served_in_user_namespace, 0, "group nested cwd_outside" },
	{ "root of a user namespace", with_capability_in_user_namespace, 0, NULL },
	{ "under a filter", become_served_under_filter, 0, NULL },
	{ "under a filter against chroot", under_filter_against_chroot, 0, NULL },
	{ "sharing root and working directory", become_served_user, CLONE_FS, NULL },
	{ "with directories open", directory_open, 0, NULL },
	{ "with a directory as standard input", directory_as_input, 0, NULL },
	{ "standing inside", standing_inside, 0, NULL },
	{ "standing where it may not search", standing_where_it_may_not_search, 0, NULL },
	{ "standing in a deleted directory", standing_in_deleted, 0, "not_beneath cwd_outside" },
	{ "jailed without /proc and /sys", stand_jailed_blind, 0,
	  "module no_new_privs user_namespace group seccomp shared_fs nested open_directory cwd_outside" },
	{ "jailed", stand_jailed, 0, NULL },
	{ "jailed root with a directory open", stand_jailed_root_directory_open, 0, NULL },
	{ "jailed with a directory open", stand_jailed_directory_open, 0, NULL },
	{ "jailed in a bind mount", stand_jailed_in_bind_mount, 0, "nested cwd_outside" },
	{ "jailed in a file system", stand_jailed_in_file_system, 0, "nested cwd_outside" },
	{ "jailed in a mount of process 1", stand_jailed_below_process_1, 0, NULL },
	{ "jailed, standing outside", stand_jailed_above, 0, NULL },
	{ "jailed, then mounted over", stand_jailed_then_mounted_over, 0, NULL },
	{ "below an overmounted root", stand_below_an_overmount, 0, NULL },
	{ "in a mount namespace", stand_in_mount_namespace, 0, NULL },
	{ "after switch_root", stand_switched, 0, NULL },
	{ "after pivot_root", stand_pivoted, 0, NULL },
	{ "after switch_root, no user namespaces", stand_switched_without_user_namespaces,
	  0, "nested cwd_outside" },
	{ "bind mount, no user namespaces", stand_bind_mount_without_user_namespaces, 0,
	  "nested cwd_outside" },
	{ "beside a mount namespace", stand_beside_a_namespace, 0, NULL },
	{ "with a detached mount", stand_with_detached_mount, 0, NULL },
	{ "below a mount", stand_beneath_mounts, 0, NULL },
	{ "on a mount over the target", stand_over_the_target, 0, NULL },
	{ "AppArmor confined", confined, 0, "mac" },
	{ "AppArmor permitted", permitted, 0, "mac" },
};

const int standing_count = COUNT(standings);
