// SPDX-License-Identifier: GPL-2.0
/*
 * What the policy wants to know of places: is the caller chrooted already, is
 * the new root beneath the current one in the same mount tree?
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif

/* -- nested: the path is the working directory, inside every root ------------------- */

static const char *jail_with_sub(void)
{
	const char *jail = make_dir("jail");

	make_dir_in(jail, "sub");
	return jail;
}

static const char *jailed_by_root(void)
{
	enter_jail(jail_with_sub());
	must(chdir("/sub") == 0);
	become_served_user();
	return "/sub";
}

static const char *jailed_by_itself(void)
{
	const char *jail = jail_with_sub();

	become_served_user();
	must(sys_chroot(jail) == 0);
	must(chdir("/sub") == 0);
	return "/sub";
}

static const char *jailed_to_its_own_root(void)
{
	jailed_by_root();
	must(chdir("/") == 0);
	return "/";
}

/* The root of a mount, but not of the namespace. */
static const char *jailed_in_a_bind_mount(void)
{
	const char *jail = jail_with_sub();

	unshare_mounts();
	must(mount(jail, jail, NULL, MS_BIND, NULL) == 0);
	enter_jail(jail);
	must(chdir("/sub") == 0);
	become_served_user();
	return "/sub";
}

static const char *jailed_in_a_file_system(void)
{
	const char *jail = make_dir("jail");

	mount_tmpfs(jail);
	enter_jail(jail);
	become_served_user();
	return "/";
}

/* Somebody mounts over the root of the namespace: this task is below now. */
static const char *under_an_overmount(void)
{
	const char *dir = make_dir("dir");

	unshare_mounts();
	must(chdir(dir) == 0);
	mount_tmpfs("/");
	become_served_user();
	return dir;
}

/* -- not beneath -------------------------------------------------------------------- */

static const char *fd_path(int fd)
{
	static char path[64];

	must(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static const char *foreign_path(bool its_mount)
{
	static char path[600];
	const char *dir = make_dir("foreign");
	pid_t pid = start_foreigner(dir);

	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, its_mount ? dir : "");
	return path;
}

static const char *foreign_mount_by_proc(void)
{
	const char *path = foreign_path(true);

	become_served_user();
	return path;
}

static const char *foreign_root_by_proc(void)
{
	const char *path = foreign_path(false);

	become_served_user();
	return path;
}

static const char *foreign_mount_by_fd(void)
{
	int fd = open(foreign_path(true), O_RDONLY);

	become_served_user();
	return fd_path(fd);
}

static const char *detached_by_fd(void)
{
	int fd = detached_mount();

	become_served_user();
	return fd_path(fd);
}

static const char *detached_as_cwd(void)
{
	must(fchdir(detached_mount()) == 0);
	become_served_user();
	return ".";
}

/* A copy of a mount that was never attached anywhere. */
static const char *open_tree_clone(void)
{
	const char *point = make_dir("mnt");
	int fd;

	mount_tmpfs(point);
	fd = syscall(SYS_open_tree, AT_FDCWD, point, OPEN_TREE_CLONE);
	become_served_user();
	return fd_path(fd);
}

/* outer/{jail,other}: jailed in outer/jail, standing where it must not be. */
static const char *outside_a_jail(const char *below, const char *path)
{
	const char *outer = make_dir("outer");
	const char *jail = make_dir_in(outer, "jail");

	make_dir_in(outer, "other");
	make_dir_in(path_in(outer, "other"), "sub");
	param_set("allow_nested", "Y");
	must(chdir(path_in(outer, below)) == 0);
	must(chroot(jail) == 0);
	become_served_user();
	return path;
}

static const char *above_the_jail(void)
{
	return outside_a_jail(".", ".");
}

static const char *above_the_jail_by_dotdot(void)
{
	return outside_a_jail("other", "..");
}

static const char *beside_the_jail(void)
{
	return outside_a_jail("other", ".");
}

static const char *true_root(void)
{
	return outside_a_jail("../..", ".");
}

/* The jail's own directory, reached through another mount of it. */
static const char *alias_of_the_jail(void)
{
	const char *point = make_dir("mnt"), *alias = make_dir("alias"), *jail;

	mount_tmpfs(point);
	jail = make_dir_in(point, "jail");
	make_dir_in(jail, "sub");
	must(mount(jail, alias, NULL, MS_BIND, NULL) == 0);
	param_set("allow_nested", "Y");
	must(chdir(path_in(alias, "sub")) == 0);
	must(chroot(jail) == 0);
	become_served_user();
	return ".";
}

static const char *tree_of_the_user(void)
{
	const char *tree = make_dir("tree");

	must(chown(tree, TEST_UID, TEST_GID) == 0);
	param_set("require_trusted_root", "Y");
	become_served_user();
	return tree;
}

const struct condition place_conditions[] = {
	{ "jailed by root", jailed_by_root, "nested", "allow_nested", "Y" },
	{ "jailed by itself", jailed_by_itself, "nested", "allow_nested", "Y" },
	{ "the jail's own root", jailed_to_its_own_root, "nested", "allow_nested", "Y" },
	{ "bind-mounted jail", jailed_in_a_bind_mount, "nested", "allow_nested", "Y" },
	{ "file system as jail", jailed_in_a_file_system, "nested", "allow_nested", "Y" },
	{ "below an overmounted root", under_an_overmount, "nested", "allow_nested", "Y" },

	{ "mount of another namespace, /proc/PID/root", foreign_mount_by_proc,
	  "not_beneath", "require_beneath", "N" },
	{ "root of another namespace", foreign_root_by_proc,
	  "not_beneath", "require_beneath", "N" },
	{ "mount of another namespace, descriptor", foreign_mount_by_fd,
	  "not_beneath", "require_beneath", "N" },
	{ "detached mount, descriptor", detached_by_fd, "not_beneath", "require_beneath", "N" },
	{ "detached mount, cwd", detached_as_cwd, "not_beneath", "require_beneath", "N" },
	{ "open_tree clone", open_tree_clone, "not_beneath", "require_beneath", "N" },
	{ "above the jail", above_the_jail, "not_beneath", "require_beneath", "N" },
	{ "above the jail, ..", above_the_jail_by_dotdot, "not_beneath",
	  "require_beneath", "N" },
	{ "beside the jail", beside_the_jail, "not_beneath", "require_beneath", "N" },
	{ "true root", true_root, "not_beneath", "require_beneath", "N" },
	{ "tree of the user", tree_of_the_user, "untrusted_root",
	  "require_trusted_root", "N" },
	{ "bind alias of the jail", alias_of_the_jail, "not_beneath", "require_beneath", "N" },
};

const int n_place_conditions = COUNT(place_conditions);

START_TEST(refused_and_granted_by_its_tunable)
{
	check_condition(&place_conditions[_i]);
}
END_TEST

/* -- roots that are not chroots --------------------------------------------------------- */

static void in_a_new_namespace(void)
{
	unshare_mounts();
	make_dir_in(make_dir("new"), "sub");
}

static void chrooted_to_the_root(void)
{
	must(chroot("/") == 0);
}

/* switch_root, what an initramfs does: every guest after it is here. */
static void switched(void)
{
	const char *root = make_dir("root");

	unshare_mounts();
	mount_tmpfs(root);
	move_root_to(root);
}

/* Containers. rootfs itself cannot be pivoted, so it begins switched. */
static void pivoted(void)
{
	switched();
	must(mkdir("/root", 0755) == 0);
	mount_tmpfs("/root");
	pivot_root_to("/root");
}

static void switched_twice(void)
{
	switched();
	must(mkdir("/tmp", 0755) == 0);
	switched();
}

static void (*const roots[])(void) = {
	in_a_new_namespace, chrooted_to_the_root, switched, pivoted, switched_twice,
};

START_TEST(root_of_a_namespace_is_not_nested)
{
	roots[_i]();
	if (access("/sub", F_OK))
		must(mkdir("/sub", 0755) == 0);
	become_served_user();
	expect_granted("/");
	expect_granted("/sub");
	expect_refused("/", "nested");
}
END_TEST

/* -- beneath, through mounts --------------------------------------------------------------- */

static const char *bind_mount_inside(const char *jail)
{
	const char *elsewhere = make_dir("elsewhere");

	must(mount(elsewhere, path_in(jail, "sub"), NULL, MS_BIND, NULL) == 0);
	return "/sub";
}

static const char *mount_in_mount_inside(const char *jail)
{
	mount_tmpfs(path_in(jail, "sub"));
	make_dir_in(path_in(jail, "sub"), "m");
	mount_tmpfs(path_in(jail, "sub/m"));
	make_dir_in(path_in(jail, "sub/m"), "dir");
	return "/sub/m/dir";
}

static const char *own_root(const char *jail)
{
	(void)jail;
	return "/";
}

static const char *(*const insides[])(const char *jail) = {
	bind_mount_inside, mount_in_mount_inside, own_root,
};

START_TEST(mounts_inside_are_beneath)
{
	const char *jail = jail_with_sub(), *path = insides[_i](jail);

	/* Not chrooted: the same place by its outer name. */
	become_served_user();
	expect_granted(path_in(jail, path));
}
END_TEST

START_TEST(mounts_inside_a_jail_are_beneath)
{
	const char *jail = jail_with_sub(), *path = insides[_i](jail);

	param_set("allow_nested", "Y");
	enter_jail(jail);
	must(chdir(path) == 0);
	become_served_user();
	expect_granted(path);
}
END_TEST

void add_place_cases(Suite *suite)
{
	TCase *tc;

	tc = add_case(suite, "place");
	tcase_add_loop_test(tc, refused_and_granted_by_its_tunable, 0, n_place_conditions);
	tcase_add_loop_test(tc, root_of_a_namespace_is_not_nested, 0, COUNT(roots));
	tcase_add_loop_test(tc, mounts_inside_are_beneath, 0, COUNT(insides));
	tcase_add_loop_test(tc, mounts_inside_a_jail_are_beneath, 0, COUNT(insides));
}
