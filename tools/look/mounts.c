// SPDX-License-Identifier: GPL-2.0
/*
 * Is this process chrooted? The kernel compares its root with what is mounted
 * on top of its mount namespace's root. No file says so outright, but
 * mountinfo comes close: it lists the mounts that can be reached from the root
 * of the process, each with the number of the mount that it is mounted on.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages.h"
#include "mounts.h"

/* -- places ----------------------------------------------------------------- */

bool place_find(const char *path, struct place *place)
{
	struct statx st;

	if (statx(AT_FDCWD, path, AT_EMPTY_PATH | AT_NO_AUTOMOUNT,
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
	char *point; /* from the root of whose list it is */
	enum owners owners;
};

struct mounts {
	struct mount *entries;
	int count;
};

/* The kernel writes a space, a tab, a newline and a backslash as \ooo. */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; out++)
		if (*text == '\\' && strspn(text + 1, "01234567") >= 3) {
			*out = (char)((text[1] - '0') << 6 |
				      (text[2] - '0') << 3 | (text[3] - '0'));
			text += 4;
		} else {
			*out = *text++;
		}
	*out = '\0';
}

/* Only root mounts what is on a device; Btrfs has numbers of its own for it. */
static enum owners owners(const char *device, const char *options,
			  const char *line)
{
	const char *type = strstr(line, " - ");

	if (is_listed(options, "nosuid"))
		return OWNERS_NOSUID;
	if (is_listed(options, "idmapped"))
		return OWNERS_MAPPED;
	if (strncmp(device, "0:", 2) != 0)
		return OWNERS_ROOTS;
	return type && (!strncmp(type, " - btrfs ", 9) ||
			!strncmp(type, " - rootfs ", 10)) ?
		       OWNERS_ROOTS :
		       OWNERS_UNSURE;
}

/*
 * The whole list: what is not in half of one may be in the other. White space
 * other than these is part of a name.
 */
static bool read_mounts(struct mounts *mounts, const char *file)
{
	FILE *list = fopen(file, "re");
	bool good = list;
	struct mount *mount;
	char *line = NULL, device[32], options[256];
	size_t size = 0;

	memset(mounts, 0, sizeof(*mounts));
	while (good && getline(&line, &size, list) > 0) {
		mounts->entries = reallocate(
			mounts->entries, (mounts->count + 1) * sizeof(*mount));
		mount = &mounts->entries[mounts->count++];
		/* id parent major:minor root mount-point options ... */
		good = sscanf(line, "%llu %llu %31s %*[^ ] %m[^ \n] %255s",
			      &mount->id, &mount->parent, device, &mount->point,
			      options) == 5;
		if (!good)
			break;
		unescape(mount->point);
		mount->owners = owners(device, options, line);
	}
	good = good && feof(list) && mounts->count;
	if (list)
		fclose(list);
	free(line);
	return good;
}

/* This process's, or NULL when they cannot be seen. */
static const struct mounts *own_mounts(void)
{
	static enum answer seen = UNKNOWN;
	static struct mounts mounts;

	if (seen == UNKNOWN)
		seen = read_mounts(&mounts, "/proc/self/mountinfo") ? YES : NO;
	return seen == YES ? &mounts : NULL;
}

static const struct mount *find_mount(const struct mounts *mounts,
				      unsigned long long id)
{
	int i;

	for (i = 0; i < mounts->count; i++)
		if (mounts->entries[i].id == id)
			return &mounts->entries[i];
	return NULL;
}

/* Is a mount mounted on the root of this one? Then it is listed with "/". */
static bool covered(const struct mounts *mounts, unsigned long long id)
{
	const struct mount *mount = mounts->entries;
	int i;

	for (i = 0; i < mounts->count; i++, mount++)
		if (mount->parent == id && mount->id != id &&
		    !strcmp(mount->point, "/"))
			return true;
	return false;
}

enum owners mount_owners(unsigned long long id)
{
	const struct mounts *mounts = own_mounts();
	const struct mount *mount = mounts ? find_mount(mounts, id) : NULL;

	return mount ? mount->owners : OWNERS_UNSEEN;
}

enum answer mounted_on(unsigned long long id, const struct place *place,
		       const char *path)
{
	const struct mounts *mounts = own_mounts();
	const struct mount *mount;

	if (!mounts)
		return UNKNOWN;
	while ((mount = find_mount(mounts, id)) &&
	       !strcmp(mount->point, path)) {
		if (mount->parent == place->mount)
			return YES;
		if (mount->parent == id)
			break;
		id = mount->parent;
	}
	return NO;
}

/* -- chrooted ------------------------------------------------------------------ */

/*
 * A filter may say that it is made, but only the kernel gives capabilities with
 * it, and another uid. AppArmor hides from capget(2) what a profile lacks.
 */
static int make_user_namespace(void *data)
{
	const uid_t uid = geteuid();

	(void)data;
	return unshare(CLONE_NEWUSER) ||
	       (capable(CAP_SYS_CHROOT) != YES && geteuid() == uid);
}

/*
 * The kernel makes no user namespace for a process that is chrooted. One that
 * it makes is a proof, and is gone at once; a refusal can have other reasons.
 */
static enum answer ask_for_user_namespace(const char **why)
{
	if (in_child(make_user_namespace, NULL) != 0)
		return UNKNOWN;
	*why = "the kernel makes a user namespace, as for nobody who is chrooted";
	return NO;
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
	const struct mounts *mounts = own_mounts();
	const struct mount *mount, *known_to_init = NULL;
	struct mounts inits;
	struct place root;

	*why = "the root is not the root of a mount";
	if (!root_is_a_mounts())
		return YES;
	*why = "cannot be seen: /proc does not show this process's mounts";
	if (!mounts || !place_find("/", &root))
		return ask_for_user_namespace(why);

	*why = "the root is not in this mount namespace";
	mount = find_mount(mounts, root.mount);
	if (!mount)
		return YES;
	*why = "something is mounted over the root";
	if (covered(mounts, root.mount))
		return YES;
	*why = "the root is that of the mount namespace";
	if (mount->parent == mount->id)
		return NO;

	/*
	 * The root of a mount on top of what cannot be seen from here: on the
	 * namespace's root (switch_root, pivot_root), or in a directory of it
	 * (a jail that was mounted). Others may see more.
	 */
	if (read_mounts(&inits, "/proc/1/mountinfo"))
		known_to_init = find_mount(&inits, root.mount);
	*why = "process 1 sees the root as a directory of its own";
	if (known_to_init && strcmp(known_to_init->point, "/") != 0)
		return YES;
	*why = known_to_init ?
		       "cannot be seen, but process 1 has the same root: probably not" :
		       "cannot be seen from here";
	return ask_for_user_namespace(why);
}
