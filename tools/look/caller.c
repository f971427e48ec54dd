// SPDX-License-Identifier: GPL-2.0
/*
 * What the policy wants to know of this process, as far as a process can find
 * out about itself.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "caller.h"
#include "mounts.h"

#define MODULES "/sys/kernel/security/lsm"
/* The kernel's fixed number for the initial user namespace (proc_ns.h). */
#define INITIAL_USER_NAMESPACE "user:[4026531837]"

static enum answer in_initial_user_namespace(void)
{
	char name[64];
	ssize_t length = readlink("/proc/self/ns/user", name, sizeof(name) - 1);

	if (length < 0)
		return UNKNOWN;
	name[length] = '\0';
	return strcmp(name, INITIAL_USER_NAMESPACE) ? NO : YES;
}

static enum answer no_new_privs(void)
{
	int set = status_number("NoNewPrivs:");

	if (set < 0)
		set = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	return set < 0 ? UNKNOWN : set ? YES : NO;
}

/* -- who shares the root and the working directory -------------------------------- */

/* 0: the same; 1 to 3: others; -1: whoever it is may not be looked at. */
static int compare_fs(pid_t pid)
{
	return syscall(SYS_kcmp, getpid(), pid, KCMP_FS, 0, 0);
}

/* A directory of tasks has a link for each, beside the two that all have. */
static bool has_threads(const char *tasks)
{
	struct stat st;

	return !stat(tasks, &st) && st.st_nlink != 3;
}

static pid_t find_peer_in(const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	char tasks[64];
	pid_t pid, peer = 0;
	int differs;

	while (dir && !peer && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid = atoi(entry->d_name);
		if (pid == getpid())
			continue;
		differs = compare_fs(pid);
		if (!differs) {
			peer = pid;
		} else if (differs > 0 && !strcmp(directory, "/proc")) {
			snprintf(tasks, sizeof(tasks), "/proc/%d/task", pid);
			/* Most have none, and listing takes its time. */
			if (has_threads(tasks))
				peer = find_peer_in(tasks);
		}
	}
	if (dir)
		closedir(dir);
	return peer;
}

/*
 * Nobody may look into everybody, so "nobody shares" is known only of a
 * process that has just been given a copy of its own.
 */
static void look_for_peers(struct caller *caller)
{
	const int self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	caller->fs_looked = self >= 0 && !compare_fs(getpid());
	if (self >= 0)
		close(self);
	caller->fs_peer = find_peer_in("/proc");
	caller->shares_fs = caller->fs_peer ? YES : UNKNOWN;
}

/* -- security modules ------------------------------------------------------------- */

/*
 * What a policy grants cannot be read by those whom it binds. TOMOYO gets one
 * only from its program, where it is; BPF programs show nothing at all.
 */
static void look_at_mac(struct caller *caller)
{
	char *label = caller->label, list[256];
	const size_t size = sizeof(caller->label);

	caller->mac = MAC_NOTHING;
	/* EINVAL: of no module that has labels. */
	if (read_line("/proc/self/attr/apparmor/current", label, size) < 0 &&
	    read_line("/proc/self/attr/current", label, size) < 0 &&
	    errno != EINVAL)
		caller->mac = MAC_UNSEEN;
	else if (label[0] && strcmp(label, "unconfined") != 0)
		caller->mac = MAC_CONFINED;
	else if (!access("/sys/kernel/security/tomoyo", F_OK) &&
		 !access("/sbin/tomoyo-init", F_OK)) {
		snprintf(label, size, "TOMOYO's");
		caller->mac = MAC_CONFINED;
	} else if (read_line(MODULES, list, sizeof(list)) < 0 ||
		   is_listed(list, "bpf") || is_listed(list, "tomoyo")) {
		caller->mac = MAC_PERHAPS;
	}
}

/* -- all of it ----------------------------------------------------------------------- */

void caller_look(struct caller *caller, bool for_others)
{
	*caller = (struct caller){
		.uid = geteuid(),
		.gid = getegid(),
		.privileged = capable(CAP_SYS_CHROOT),
		.no_new_privs = no_new_privs(),
		.initial_user_namespace = in_initial_user_namespace(),
		.shares_fs = UNKNOWN,
	};
	if (for_others)
		look_for_peers(caller);
	caller->chrooted = chrooted(&caller->chrooted_why);
	if (!working_directory(caller->cwd, sizeof(caller->cwd)))
		snprintf(caller->cwd, sizeof(caller->cwd), "%s",
			 errno == ENOENT ? "(deleted)" : "(unknown)");
	look_at_mac(caller);
}

enum answer caller_in_group(const struct caller *caller, gid_t gid)
{
	enum answer answer;
	gid_t *groups;
	int count;

	/* Elsewhere the numbers mean other groups. */
	if (caller->initial_user_namespace != YES)
		return UNKNOWN;
	if (caller->gid == gid)
		return YES;
	count = own_groups(&groups);
	answer = is_among(gid, groups, count) ? YES : count < 0 ? UNKNOWN : NO;
	free(groups);
	return answer;
}
