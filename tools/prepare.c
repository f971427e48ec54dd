// SPDX-License-Identifier: GPL-2.0
/*
 * What uchroot does to itself so that nothing is in the way of its call.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "descriptors.h"
#include "messages.h"
#include "module.h"
#include "mounts.h"
#include "prepare.h"

/* What cannot be read may be so too. */
static bool may_be(const char *name, char value)
{
	char text[16];

	return parameter_read(name, text, sizeof(text)) ? text[0] == value :
							  errno != ENOENT;
}

/*
 * Might the module refuse this process for a directory that it has open? Asks
 * for no more than it must: this is on the way of every start.
 */
static bool directories_in_the_way(bool privileged)
{
	const char *why;
	char value[16];
	int rule;

	if (!parameter_read("allow_open_directories", value, sizeof(value)))
		return errno != ENOENT ||
		       (!privileged && access("/sys/module", F_OK));
	rule = atoi(value);
	if (rule != 0 && rule != 1)
		return false;
	if (privileged && !may_be("restrict_privileged", 'Y'))
		return false;
	if (rule == 0)
		return true;
	/* 1: only when chrooted, which by default is refused for itself. */
	if (!privileged && !may_be("allow_nested", 'Y'))
		return false;
	return chrooted(&why) != NO;
}

bool prepare(bool no_new_privs)
{
	const bool privileged = capable(CAP_SYS_CHROOT) == YES;

	if ((no_new_privs || !privileged) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		complain(errno, "cannot set no_new_privs");
		return false;
	}
	/*
	 * Whoever started this with CLONE_FS keeps the root that it has. Not
	 * fatal: a seccomp filter may forbid it, and mostly there is nobody.
	 */
	(void)!unshare(CLONE_FS);
	if (directories_in_the_way(privileged))
		directories_close();
	return true;
}
