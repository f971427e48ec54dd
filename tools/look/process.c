// SPDX-License-Identifier: GPL-2.0
/*
 * What a process can ask the kernel about itself, and have tried by a child.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages.h"
#include "process.h"

/* A descriptor of a file must not depend on its size or number. */
_Static_assert(sizeof(off_t) == 8 && sizeof(ino_t) == 8,
	       "_FILE_OFFSET_BITS=64");

ssize_t read_line(const char *file, char *line, size_t size)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	int error;

	line[0] = '\0';
	if (fd < 0)
		return -1;
	length = read(fd, line, size - 1);
	error = errno;
	close(fd);
	errno = error;
	if (length >= 0)
		line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return length;
}

int status_number(const char *key)
{
	FILE *status = fopen("/proc/self/status", "re");
	const size_t length = strlen(key);
	char line[256];
	int number = -1;

	while (status && number < 0 && fgets(line, sizeof(line), status))
		if (!strncmp(line, key, length) &&
		    sscanf(line + length, "%d", &number) != 1)
			break;
	if (status)
		fclose(status);
	return number;
}

enum answer capable(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { 0 } };

	if (syscall(SYS_capget, &header, data))
		return UNKNOWN;
	return data[CAP_TO_INDEX(capability)].effective &
			       CAP_TO_MASK(capability) ?
		       YES :
		       NO;
}

/* libc would go looking for a name when there is none from the root. */
bool working_directory(char *path, size_t size)
{
	return syscall(SYS_getcwd, path, size) > 0;
}

int own_groups(gid_t **groups)
{
	const int count = getgroups(0, NULL);

	*groups = reallocate(NULL, (count > 0 ? count : 1) * sizeof(gid_t));
	return count > 0 ? getgroups(count, *groups) : count;
}

bool is_among(gid_t gid, const gid_t *groups, int count)
{
	while (count-- > 0)
		if (groups[count] == gid)
			return true;
	return false;
}

bool is_listed(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (; *list; list += strspn(list, ",")) {
		if (strcspn(list, ",") == length &&
		    !strncmp(list, word, length))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

int in_child(int (*call)(void *), void *data)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	struct sigaction before;
	int status = -1;
	pid_t pid;

	/* Where it is ignored a child leaves no status. The command inherits it. */
	sigaction(SIGCHLD, &standard, &before);
	pid = fork();
	if (!pid)
		_exit(call(data));
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR) {
			status = -1;
			break;
		}
	sigaction(SIGCHLD, &before, NULL);
	return status;
}
