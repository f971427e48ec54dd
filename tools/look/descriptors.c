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

static void add(struct directories *list, int fd)
{
	char name[64], path[4096];
	ssize_t length;

	if (!is_directory(fd))
		return;
	list->entries = reallocate(list->entries,
				   (list->count + 1) * sizeof(*list->entries));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	length = readlink(name, path, sizeof(path));
	list->entries[list->count].fd = fd;
	list->entries[list->count].path = length < 0 ? NULL :
						       strndup(path, length);
	list->count++;
}

void directories_list(struct directories *directories)
{
	DIR *dir = opendir("/proc/self/fd");
	struct rlimit limit;
	struct dirent *entry;
	int fd;

	memset(directories, 0, sizeof(*directories));
	if (dir) {
		while ((errno = 0, entry = readdir(dir))) {
			fd = atoi(entry->d_name);
			if (entry->d_name[0] != '.' && fd != dirfd(dir))
				add(directories, fd);
		}
		directories->complete = !errno;
		closedir(dir);
		return;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur < MIN_TRIED)
		limit.rlim_cur = MIN_TRIED;
	if (limit.rlim_cur > MAX_TRIED)
		limit.rlim_cur = MAX_TRIED;
	for (fd = 0; fd < (int)limit.rlim_cur; fd++)
		add(directories, fd);
}

/* 0, 1 and 2 stay taken: what is opened next must not become the output. */
void directories_close(void)
{
	struct directories open_ones;
	int fd, null;

	directories_list(&open_ones);
	while (open_ones.count--) {
		fd = open_ones.entries[open_ones.count].fd;
		/* Only then is there room for another, with all taken. */
		close(fd);
		if (fd > STDERR_FILENO)
			continue;
		null = open("/dev/null", O_RDWR);
		if (null >= 0 && null != fd) {
			dup2(null, fd);
			close(null);
		}
	}
}
