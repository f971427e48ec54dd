// SPDX-License-Identifier: GPL-2.0
/*
 * A filter can refuse a call, answer it as it likes, or kill whoever makes it,
 * and nobody can read it. So the calls are rehearsed in a child.
 */
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages.h"
#include "seccomp.h"

struct rehearsal {
	const char *call; /* that is being made */
	bool identity;
};

/* The errno of chroot(2), for a bad address: before there is anything to judge. */
static int rehearse(void *data)
{
	struct rehearsal *r = data;

	r->call = "prctl";
	/* No core is left of it. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	r->call = "capget";
	(void)capable(0);
	r->call = "unshare";
	(void)!unshare(CLONE_FS);
	r->call = "chdir";
	(void)!chdir("/");
	if (r->identity) {
		r->call = "setgroups";
		(void)!setgroups(-1, NULL);
		r->call = "setresgid";
		(void)!setresgid(-1, -1, -1);
		r->call = "setresuid";
		(void)!setresuid(-1, -1, -1);
	}
	r->call = "chroot";
	return syscall(SYS_chroot, NULL) ? errno : 0;
}

static void try_calls(struct seccomp *seccomp, bool identity)
{
	struct rehearsal *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	seccomp->stops_chroot = UNKNOWN;
	if (r == MAP_FAILED)
		return;
	r->identity = identity;
	status = in_child(rehearse, r);
	if (status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		seccomp->stops_chroot = YES;
		seccomp->kills = true;
		if (strcmp(r->call, "chroot") != 0)
			die(0, "a seccomp filter kills whoever calls %s: let it through (systemd: SystemCallFilter=%s)",
			    r->call, r->call);
	} else if (status != -1 && WIFEXITED(status) &&
		   WEXITSTATUS(status) != ENOMEM) {
		seccomp->error = WEXITSTATUS(status);
		seccomp->stops_chroot = seccomp->error == EFAULT ? NO : YES;
	}
	munmap(r, sizeof(*r));
}

void seccomp_look(struct seccomp *seccomp, bool identity)
{
	static bool warned;

	memset(seccomp, 0, sizeof(*seccomp));
	seccomp->mode = status_number("Seccomp:");
	/* No such line among the others: a kernel without seccomp. */
	if (seccomp->mode < 0)
		seccomp->mode = status_number("NoNewPrivs:") < 0 ?
					prctl(PR_GET_SECCOMP) :
					0;
	if (seccomp->mode == 0)
		return;
	try_calls(seccomp, identity);
	if (seccomp->stops_chroot == UNKNOWN && !warned)
		complain(0, "what the seccomp filter does cannot be tried: it may kill");
	warned = true;
}
