// SPDX-License-Identifier: GPL-2.0
/*
 * The directory that is to become the root: can it be reached, and is it
 * beneath the current one, as the kernel's path_is_under() means it?
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uchroot.h"

#define UNREACHABLE "(unreachable)"

/*
 * The kernel's own word on where "." is: libc would go looking for a name when
 * there is none from the root.
 */
static bool working_directory(char *path, size_t size)
{
	return syscall(SYS_getcwd, path, size) > 0;
}

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
	snprintf(target->failed, sizeof(target->failed), "%s", path);
}

/*
 * Climbs from the working directory to the root. What is mounted right on the
 * target is beneath it too, and ".." leaps over that.
 */
static enum answer cwd_beneath(const struct place *where, const char *path)
{
	struct place here, last = { 0 };

	for (;; last = here) {
		if (!place_find(AT_FDCWD, ".", &here))
			return UNKNOWN;
		if (place_same(&here, where))
			return YES;
		if (here.mount != last.mount &&
		    mounted_on(here.mount, where, path))
			return YES;
		if (place_same(&here, &last))
			return NO;
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

static void look_around(struct target *target, int fd, int cwd)
{
	char here[sizeof(target->path)];
	struct place where, root;

	if (!working_directory(here, sizeof(here)))
		here[0] = '\0';
	/* Asks for the same permission as chroot(2). */
	if (fchdir(fd)) {
		target->error = errno;
		return;
	}
	if (working_directory(target->path, sizeof(target->path))) {
		target->beneath = strncmp(target->path, UNREACHABLE,
					  strlen(UNREACHABLE)) ?
					  YES :
					  NO;
	} else {
		target->path[0] = '\0';
	}
	if (!place_find(fd, "", &where))
		return;
	if (cwd >= 0 && !fchdir(cwd))
		target->cwd = cwd_beneath(&where, target->path);
	if (target->cwd != UNKNOWN)
		return;
	/* Where it may not search it can still tell names. */
	if (elsewhere(here, target->path))
		target->cwd = NO;
	else if (here[0] == '/' && place_find(AT_FDCWD, "/", &root) &&
		 place_same(&root, &where))
		target->cwd = YES;
}

void target_look(struct target *target, const char *path, bool shared)
{
	int fd, cwd;

	memset(target, 0, sizeof(*target));
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		target->error = errno;
		find_failure(target, path);
		errno = 0;
		return;
	}
	target->beneath = UNKNOWN;
	target->cwd = UNKNOWN;
	snprintf(target->failed, sizeof(target->failed), "%s", path);
	if (!shared) {
		cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		look_around(target, fd, cwd);
		if (cwd >= 0)
			close(cwd);
	}
	close(fd);
}
