// SPDX-License-Identifier: GPL-2.0
/*
 * Is this process chrooted? The kernel compares its root with what is mounted
 * on top of its mount namespace's root. No file says so outright, but
 * mountinfo comes close: it lists the mounts that can be reached from the root
 * of the process, each with the number of the mount that it is mounted on.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uchroot.h"

/* -- places ----------------------------------------------------------------- */

bool place_find(int fd, const char *path, struct place *place)
{
	struct statx st;

	if (statx(fd, path, AT_EMPTY_PATH | AT_NO_AUTOMOUNT,
		  STATX_INO | STATX_MNT_ID, &st) ||
	    !(st.stx_mask & STATX_MNT_ID))
		return false;
	place->mount = st.stx_mnt_id;
	place->device = (unsigned long long)st.stx_dev_major << 32 |
			st.stx_dev_minor;
	place->inode = st.stx_ino;
	return true;
}

bool place_same(const struct place *a, const struct place *b)
{
	return a->mount == b->mount && a->device == b->device &&
	       a->inode == b->inode;
}

/* -- mountinfo ---------------------------------------------------------------- */

struct mount {
	unsigned long long id, parent;
	char point[4096]; /* from the root of whose list it is */
};

/* The kernel writes a space, a tab, a newline and a backslash as \ooo. */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; out++)
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*out = (char)((text[1] - '0') << 6 |
				      (text[2] - '0') << 3 | (text[3] - '0'));
			text += 4;
		} else {
			*out = *text++;
		}
	*out = '\0';
}

static bool next_mount(FILE *list, struct mount *mount)
{
	static char *line;
	static size_t size;

	while (getline(&line, &size, list) > 0)
		/* id parent major:minor root mount-point ... */
		if (sscanf(line, "%llu %llu %*s %*s %4095s", &mount->id,
			   &mount->parent, mount->point) == 3) {
			unescape(mount->point);
			return true;
		}
	return false;
}

static bool find_mount(const char *file, unsigned long long id,
		       struct mount *mount)
{
	FILE *list = fopen(file, "re");
	bool found = false;

	while (list && !found && next_mount(list, mount))
		found = mount->id == id;
	if (list)
		fclose(list);
	return found;
}

/* Is a mount mounted on the root of this one? Then it is listed with "/". */
static bool covered(unsigned long long id)
{
	FILE *list = fopen("/proc/self/mountinfo", "re");
	struct mount mount;
	bool found = false;

	while (list && !found && next_mount(list, &mount))
		found = mount.parent == id && mount.id != id &&
			!strcmp(mount.point, "/");
	if (list)
		fclose(list);
	return found;
}

bool mounted_on(unsigned long long id, const struct place *place,
		const char *path)
{
	struct mount mount;

	while (find_mount("/proc/self/mountinfo", id, &mount) &&
	       !strcmp(mount.point, path)) {
		if (mount.parent == place->mount)
			return true;
		if (mount.parent == id)
			break;
		id = mount.parent;
	}
	return false;
}

/* -- chrooted ------------------------------------------------------------------ */

/*
 * The kernel makes no user namespace for a process that is chrooted. One that
 * it makes is a proof, and is gone at once; a refusal can have other reasons.
 */
static bool may_make_user_namespace(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (!pid)
		_exit(unshare(CLONE_NEWUSER) ? 1 : 0);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Needs no /proc: the root of a namespace is that of a mount. */
static bool root_is_a_mounts(void)
{
	struct statx st;

	return statx(AT_FDCWD, "/", AT_NO_AUTOMOUNT, STATX_INO, &st) ||
	       !(st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) ||
	       (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

enum answer chrooted(const char **why)
{
	struct mount mount;
	struct place root;
	bool known_to_init;

	*why = "the root is not the root of a mount";
	if (!root_is_a_mounts())
		return YES;
	*why = "/proc does not show this process's mounts";
	if (!place_find(AT_FDCWD, "/", &root) ||
	    access("/proc/self/mountinfo", R_OK))
		return may_make_user_namespace() ? NO : UNKNOWN;

	*why = "the root is not in this mount namespace";
	if (!find_mount("/proc/self/mountinfo", root.mount, &mount))
		return YES;
	*why = "something is mounted over the root";
	if (covered(root.mount))
		return YES;
	*why = "the root is that of the mount namespace";
	if (mount.parent == mount.id)
		return NO;

	/*
	 * The root of a mount on top of what cannot be seen from here: on the
	 * namespace's root (switch_root, pivot_root), or in a directory of it
	 * (a jail that was mounted). Others may see more.
	 */
	known_to_init = find_mount("/proc/1/mountinfo", root.mount, &mount);
	*why = "process 1 sees the root as a directory of its own";
	if (known_to_init && strcmp(mount.point, "/") != 0)
		return YES;
	*why = "the root is that of the mount namespace";
	if (may_make_user_namespace())
		return NO;
	*why = known_to_init ?
		       "cannot be seen, but process 1 has the same root: probably not" :
		       "cannot be seen from here";
	return UNKNOWN;
}
