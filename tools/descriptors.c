// SPDX-License-Identifier: GPL-2.0
/*
 * The directories that this process has open.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "descriptors.h"
#include "messages.h"

/*
 * Without /proc as many descriptors as the limit allows are tried, but no fewer
 * (it may have been higher once) and no more than these.
 */
#define MIN_TRIED 1024
#define MAX_TRIED 65536

/* A file system that is dead says nothing of its files; the lookup does. */
static bool is_directory(int fd)
{
	return !faccessat(fd, ".", F_OK, 0) ||
	       (errno != EBADF && errno != ENOTDIR);
}

/* Calls for every directory but the one that is read here: true if it saw all. */
static bool each_directory(void (*call)(int fd, void *data), void *data)
{
	DIR *dir = opendir("/proc/self/fd");
	struct rlimit limit;
	struct dirent *entry;
	bool whole;
	int fd;

	if (dir) {
		while ((errno = 0, entry = readdir(dir))) {
			fd = atoi(entry->d_name);
			if (entry->d_name[0] != '.' && fd != dirfd(dir) &&
			    is_directory(fd))
				call(fd, data);
		}
		whole = !errno;
		closedir(dir);
		return whole;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur < MIN_TRIED)
		limit.rlim_cur = MIN_TRIED;
	if (limit.rlim_cur > MAX_TRIED)
		limit.rlim_cur = MAX_TRIED;
	for (fd = 0; fd < (int)limit.rlim_cur; fd++)
		if (is_directory(fd))
			call(fd, data);
	return false;
}

static void add(int fd, void *data)
{
	struct directories *list = data;
	char name[64], path[4096];
	ssize_t length;

	list->entries = reallocate(list->entries,
				   (list->count + 1) * sizeof(*list->entries));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	length = readlink(name, path, sizeof(path) - 1);
	path[length < 0 ? 0 : length] = '\0';
	list->entries[list->count].fd = fd;
	list->entries[list->count].path = length < 0 ? NULL : strdup(path);
	list->count++;
}

void directories_list(struct directories *directories)
{
	memset(directories, 0, sizeof(*directories));
	directories->complete = each_directory(add, directories);
}

/* 0, 1 and 2 stay taken: what is opened next must not become the output. */
static void close_one(int fd, void *data)
{
	int null;

	(void)data;
	/* Only then is there room for another, with all descriptors taken. */
	close(fd);
	if (fd > STDERR_FILENO)
		return;
	null = open("/dev/null", O_RDWR);
	if (null >= 0 && null != fd) {
		dup2(null, fd);
		close(null);
	}
}

void directories_close(void)
{
	each_directory(close_one, NULL);
}
