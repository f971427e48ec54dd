// SPDX-License-Identifier: GPL-2.0
/*
 * Trees that are trusted and trees that are not (trees.h). Those that are not
 * differ from root's own in one thing each.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "fuse.h"
#include "guest.h"
#include "observe.h"
#include "trees.h"

/* -- owner and mode -------------------------------------------------------------- */

static const char *owned_by(uid_t uid, gid_t gid, mode_t mode)
{
	const char *tree = make_dir("tree");

	must(!chown(tree, uid, gid) && !chmod(tree, mode));
	return tree;
}

static const char *roots(void)
{
	return owned_by(0, 0, 0755);
}

static const char *roots_unwritable(void)
{
	return owned_by(0, 0, 0555);
}

static const char *roots_with_a_users_group(void)
{
	return owned_by(0, TEST_GID, 02755);
}

static const char *callers(void)
{
	return owned_by(TEST_UID, TEST_GID, 0755);
}

static const char *other_users(void)
{
	return owned_by(4242, 0, 0755);
}

static const char *group_writes(void)
{
	return owned_by(0, 0, 0775);
}

static const char *others_write(void)
{
	return owned_by(0, 0, 0757);
}

static const char *sticky(void)
{
	return owned_by(0, 0, 01777);
}

/* Who owns what leads there does not matter. */
static const char *roots_below_a_users(void)
{
	const char *tree = make_dir_in(callers(), "tree"), *link;

	link = path_in(make_dir("links"), "link");
	must(!symlink(tree, link) && !lchown(link, TEST_UID, TEST_GID));
	return link;
}

/* An entry that lets the user write, as far as the mask does. */
static const char *with_acl(uint16_t mask)
{
	const struct {
		uint32_t version;
		struct {
			uint16_t tag, permissions;
			uint32_t id;
		} entries[5];
	} acl = { 2, {
		{ 0x01, 7, -1 }, { 0x02, 7, TEST_UID }, { 0x04, 5, -1 },
		{ 0x10, mask, -1 }, { 0x20, 5, -1 },
	} };
	const char *tree = make_dir("tree");

	unshare_mounts();
	mount_tmpfs(tree);
	must(!setxattr(tree, "system.posix_acl_access", &acl, sizeof(acl), 0));
	return tree;
}

static const char *acl_lets_write(void)
{
	return with_acl(7);
}

static const char *acl_lets_read(void)
{
	return with_acl(5);
}

/* -- mounts ---------------------------------------------------------------------- */

static const char *with_flags(unsigned long flags)
{
	const char *tree = roots();

	unshare_mounts();
	must(!mount(tree, tree, NULL, MS_BIND, NULL));
	must(!mount(NULL, tree, NULL, MS_REMOUNT | MS_BIND | flags, NULL));
	return tree;
}

static const char *with_nosuid(void)
{
	return with_flags(MS_NOSUID);
}

static const char *with_nodev_and_noexec(void)
{
	return with_flags(MS_NODEV | MS_NOEXEC);
}

/* A user's process in namespaces of its own, where it has all capabilities. */
static pid_t start_in_namespaces(const char *map, void (*then)(const char *), const char *dir)
{
	int made[2], mapped[2], ready[2];
	char file[64], byte;
	pid_t pid;

	must(!pipe(made) && !pipe(mapped) && !pipe(ready));
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		become_user();
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		must(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
		must(write(made[1], "", 1) == 1 && read(mapped[0], &byte, 1) == 1);
		must(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		if (then)
			then(dir);
		must(write(ready[1], "", 1) == 1);
		pause();
		_exit(0);
	}
	close(made[1]);
	close(ready[1]);
	must(read(made[0], &byte, 1) == 1);
	snprintf(file, sizeof(file), "/proc/%d/uid_map", pid);
	must(!file_write(file, map));
	snprintf(file, sizeof(file), "/proc/%d/gid_map", pid);
	must(!file_write(file, map));
	must(write(mapped[1], "", 1) == 1 && read(ready[0], &byte, 1) == 1);
	return pid;
}

#define EVERYBODY_IS_HIMSELF	"0 0 65536"
#define USER_IS_ROOT		"0 1000 1"

#ifndef SYS_mount_setattr
#define SYS_mount_setattr	442
#endif

static const char *id_mapped(void)
{
	struct {
		uint64_t set, clear, propagation, user_namespace;
	} attributes = { .set = 0x00100000 /* MOUNT_ATTR_IDMAP */ };
	const char *tree = make_dir("tree");
	char file[64];
	int copy, users;

	unshare_mounts();
	mount_tmpfs(tree);
	snprintf(file, sizeof(file), "/proc/%d/ns/user",
		 start_in_namespaces(EVERYBODY_IS_HIMSELF, NULL, NULL));
	users = open(file, O_RDONLY | O_CLOEXEC);
	copy = syscall(SYS_open_tree, AT_FDCWD, tree, 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	must(users >= 0 && copy >= 0);
	attributes.user_namespace = users;
	if (syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attributes,
		    sizeof(attributes))) {
		/* Up to 6.2 only file systems that guests do not have. */
		must(errno == EINVAL || errno == ENOSYS);
		dprintf(STDOUT_FILENO, "# no id-mapped tmpfs in this kernel\n");
		return NULL;
	}
	must(!syscall(SYS_move_mount, copy, "", AT_FDCWD, tree,
		      4 /* MOVE_MOUNT_F_EMPTY_PATH */));
	return tree;
}

/* -- file systems of users ----------------------------------------------------------- */

static void answer(int fuse, const struct fuse_in_header *request, void *data)
{
	static const struct fuse_attr_out root = {
		.attr_valid = 3600,
		.attr = { .ino = 1, .mode = S_IFDIR | 0755, .nlink = 2 },
	};

	(void)data;
	if (request->opcode == FUSE_GETATTR)
		fuse_reply(fuse, request, 0, &root, sizeof(root));
	else
		fuse_reply(fuse, request,
			   request->opcode == FUSE_LOOKUP ? ENOENT : ENOSYS, "", 0);
}

static void mount_served_fuse(const char *dir, bool for_all)
{
	const int fuse = fuse_mount("tree", dir, for_all);
	const pid_t pid = fork();

	must(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		fuse_serve(fuse, answer, NULL);
	}
	close(fuse);
}

/* As fusermount mounts it: all in it belongs to whom the user says. */
static const char *fuse_of_a_user(void)
{
	const char *tree = make_dir("tree");

	unshare_mounts();
	mount_served_fuse(tree, true);
	return tree;
}

static const char *fuse_of_root(void)
{
	const char *tree = fuse_of_a_user();

	must(!mount(NULL, tree, NULL, MS_REMOUNT | MS_BIND, NULL));
	return tree;
}

/* A namespace's mounts are reached through a process in it, and not beneath. */
static const char *in_namespace(const char *map, void (*mount_it)(const char *))
{
	const char *tree = make_dir("tree");
	char root[32];

	/* Where nobody says otherwise, it is root's to open. */
	must(!chmod("/dev/fuse", 0666));
	param_set("require_beneath", "N");
	snprintf(root, sizeof(root), "/proc/%d/root",
		 start_in_namespaces(map, mount_it, tree));
	return path_in(root, tree + 1);
}

static const char *tmpfs_in_namespace(void)
{
	return in_namespace(USER_IS_ROOT, mount_tmpfs);
}

/* Who is outside of it is let in as the user who mounted it. */
static void mount_private_fuse(const char *dir)
{
	mount_served_fuse(dir, false);
}

static const char *fuse_in_namespace(void)
{
	return in_namespace(USER_IS_ROOT, mount_private_fuse);
}

static void mount_roots_tmpfs(const char *dir)
{
	must(!mount("tmpfs", dir, "tmpfs", 0, "mode=0755,uid=0,gid=0"));
}

/* Owned by root itself, and made by whoever is in the namespace. */
static const char *roots_tmpfs_in_namespace(void)
{
	return in_namespace(EVERYBODY_IS_HIMSELF, mount_roots_tmpfs);
}

const struct tree trees[] = {
	{ "root's", roots, true },
	{ "root's, mode 0555", roots_unwritable, true },
	{ "root's, a user's group that does not write", roots_with_a_users_group, true },
	{ "root's, below a user's, by a user's link", roots_below_a_users, true },
	{ "root's, ACL whose mask lets nobody write", acl_lets_read, true },
	{ "root's, nodev and noexec", with_nodev_and_noexec, true },
	{ "root's FUSE file system", fuse_of_root, true },
	{ "the caller's", callers, false },
	{ "another user's", other_users, false },
	{ "root's, its group writes", group_writes, false },
	{ "root's, others write", others_write, false },
	{ "root's, all write, sticky", sticky, false },
	{ "root's, ACL that lets a user write", acl_lets_write, false },
	{ "root's, nosuid", with_nosuid, false },
	{ "root's, id-mapped mount", id_mapped, false },
	{ "a user's FUSE file system", fuse_of_a_user, false },
	{ "a user's FUSE file system in a user namespace", fuse_in_namespace, false },
	{ "tmpfs in a user namespace", tmpfs_in_namespace, false },
	{ "root's tmpfs in a user namespace", roots_tmpfs_in_namespace, false },
};

const int tree_count = COUNT(trees);
