// SPDX-License-Identifier: GPL-2.0
/*
 * What uchroot does to itself so that nothing is in the way of its call.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uchroot.h"

bool has_capability(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	return !syscall(SYS_capget, &header, data) &&
	       data[0].effective & 1U << CAP_SYS_CHROOT;
}

static bool parameter_is(const char *name, char value)
{
	char text[16];

	return parameter_read(name, text, sizeof(text)) && text[0] == value;
}

/*
 * Would the module refuse this process for a directory that it has open? Asks
 * for no more than it must: this is on the way of every start.
 */
static bool directories_in_the_way(bool privileged)
{
	const char *why;
	char value[16];
	int rule;

	if (!parameter_read("allow_open_directories", value, sizeof(value)))
		return false;
	rule = atoi(value);
	if (rule != 0 && rule != 1)
		return false;
	if (privileged && !parameter_is("restrict_privileged", 'Y'))
		return false;
	if (rule == 0)
		return true;
	/* 1: only when chrooted, which by default is refused for itself. */
	if (!privileged && !parameter_is("allow_nested", 'Y'))
		return false;
	return chrooted(&why) != NO;
}

bool prepare(bool no_new_privs)
{
	const bool privileged = has_capability();

	if ((no_new_privs || !privileged) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		complain("cannot set no_new_privs");
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
