// SPDX-License-Identifier: GPL-2.0
/*
 * What may kill whoever tries it, or cannot be taken back, is tried in a child.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uchroot.h"

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
