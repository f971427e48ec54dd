// SPDX-License-Identifier: GPL-2.0
/*
 * The directory that is to become the root: can it be reached, and is it
 * beneath the current one, as the kernel's path_is_under() means it?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"
#include "target.h"

#define UNREACHABLE "(unreachable)"

/*
 * The shortest part of the path whose lookup fails already, or the directory
 * before it that may not be searched.
 */
static void find_failure(struct target *target, const char *path)
{
	const size_t length = strlen(path);
	size_t end, before = 0;
	struct stat st;

	for (end = 1; end <= length && end < sizeof(target->failed); end++) {
		if (path[end] != '/' && path[end] != '\0')
			continue;
		memcpy(target->failed, path, end);
		target->failed[end] = '\0';
		if (stat(target->failed, &st)) {
			target->failed[before] = '\0';
			if (errno != EACCES || !before ||
			    !faccessat(AT_FDCWD, target->failed, X_OK,
				       AT_EACCESS))
				memcpy(target->failed, path, end);
			return;
		}
		if (path[end] && !S_ISDIR(st.st_mode))
			return;
		before = end;
	}
	snprintf(target->failed, sizeof(target->failed), "%s",
		 *path ? path : "''");
}

/*
 * Climbs from the working directory to the root. What is mounted right on the
 * place is beneath it too, and ".." leaps over that.
 */
static enum answer climb(const struct place *where, const char *path)
{
	struct place here, last = { 0 };
	enum answer otherwise = NO, mounted;

	for (;; last = here) {
		if (!place_find(".", &here))
			return UNKNOWN;
		if (place_same(&here, where))
			return YES;
		mounted = here.mount == last.mount ?
				  NO :
				  mounted_on(here.mount, where, path);
		if (mounted == YES)
			return YES;
		if (mounted == UNKNOWN)
			otherwise = UNKNOWN;
		if (place_same(&here, &last))
			return otherwise;
		if (chdir(".."))
			return UNKNOWN;
	}
}

/* Is it nowhere beneath, by the names alone? They say nothing more. */
static bool elsewhere(const char *here, const char *path)
{
	const size_t length = strlen(path);

	if (here[0] != '/' || path[0] != '/' || !path[1])
		return false;
	return strncmp(here, path, length) ||
	       (here[length] && here[length] != '/');
}

/* By the name that it has from the root, or has not; else step by step. */
static enum answer beneath_root(struct target *target, const struct place *root)
{
	if (working_directory(target->path, sizeof(target->path)))
		return strncmp(target->path, UNREACHABLE, strlen(UNREACHABLE)) ?
			       YES :
			       NO;
	target->path[0] = '\0';
	return root ? climb(root, "/") : UNKNOWN;
}

/* What tells who can change it. */
static void look_at_owner(struct target *target, const char *path)
{
	struct place place;
	struct stat st;

	if (stat(path, &st) || !place_find(path, &place))
		return;
	target->owned = true;
	target->owner = st.st_uid;
	target->mode = st.st_mode & 07777;
	target->owners = mount_owners(place.mount);
}

/* No descriptor is needed for the verdict, as chroot(2) needs none. */
static void look_around(struct target *target, const char *path, int cwd)
{
	char here[sizeof(target->path)];
	struct place where, root;
	bool root_found, where_found;

	if (!working_directory(here, sizeof(here)))
		here[0] = '\0';
	root_found = place_find("/", &root);
	/* Asks for the same permission as chroot(2). */
	if (chdir(path)) {
		target->error = errno;
		return;
	}
	where_found = place_find(".", &where);
	look_at_owner(target, ".");
	target->beneath = beneath_root(target, root_found ? &root : NULL);
	if (!where_found)
		return;
	if (cwd >= 0 && !fchdir(cwd))
		target->cwd = climb(&where, target->path);
	if (target->cwd != UNKNOWN)
		return;
	/* Where it may not search it can still tell names. */
	if (elsewhere(here, target->path))
		target->cwd = NO;
	else if (here[0] == '/' && root_found && place_same(&root, &where))
		target->cwd = YES;
}

/* Nobody else must be moved. */
static int look_only(struct target *target, const char *path)
{
	struct stat st;

	if (stat(path, &st) || (S_ISDIR(st.st_mode) &&
				faccessat(AT_FDCWD, path, X_OK, AT_EACCESS)))
		return errno;
	look_at_owner(target, path);
	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

void target_look(struct target *target, const char *path, bool shared)
{
	int cwd = -1;

	*target = (struct target){ .beneath = UNKNOWN, .cwd = UNKNOWN };
	if (shared) {
		target->error = look_only(target, path);
	} else {
		cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		look_around(target, path, cwd);
	}
	if (target->error)
		find_failure(target, path);
	if (cwd >= 0)
		close(cwd);
}
