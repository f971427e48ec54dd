// SPDX-License-Identifier: GPL-2.0
/*
 * The directories that this process has open.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "uchroot.h"

/* Without /proc no more descriptors than these are tried. */
#define MAX_TRIED 65536

static bool is_directory(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISDIR(st.st_mode);
}

/* Calls for every directory but the one that is read here: true if it saw all. */
static bool each_directory(void (*call)(int fd, void *data), void *data)
{
	DIR *dir = opendir("/proc/self/fd");
	struct rlimit limit;
	struct dirent *entry;
	int fd;

	if (dir) {
		while ((entry = readdir(dir))) {
			fd = atoi(entry->d_name);
			if (entry->d_name[0] != '.' && fd != dirfd(dir) &&
			    is_directory(fd))
				call(fd, data);
		}
		closedir(dir);
		return true;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > MAX_TRIED)
		limit.rlim_cur = MAX_TRIED;
	for (fd = 0; fd < (int)limit.rlim_cur; fd++)
		if (is_directory(fd))
			call(fd, data);
	/* A limit that was higher once has left some above it, perhaps. */
	return false;
}

static void add(int fd, void *data)
{
	struct directories *list = data;
	char name[64], path[4096];
	ssize_t length;

	list->entries = realloc(list->entries,
				(list->count + 1) * sizeof(*list->entries));
	if (!list->entries)
		die(EXIT_TOOL, "out of memory");
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
	int null = -1;

	(void)data;
	if (fd <= STDERR_FILENO)
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0)
		dup2(null, fd);
	else
		close(fd);
	if (null > STDERR_FILENO)
		close(null);
}

void directories_close(void)
{
	each_directory(close_one, NULL);
}
