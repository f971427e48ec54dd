// SPDX-License-Identifier: GPL-2.0
/*
 * What the policy wants to know of this process, as far as a process can find
 * out about itself.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uchroot.h"

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

/* -- seccomp ------------------------------------------------------------------ */

/* The mode, from the kernel: a filter could answer prctl(2) as it likes. */
static int seccomp_mode(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int mode = -1;

	while (status && mode < 0 && fgets(line, sizeof(line), status))
		if (sscanf(line, "Seccomp: %d", &mode) != 1)
			mode = -1;
	if (status) {
		fclose(status);
		/* No such line: a kernel without seccomp. */
		return mode < 0 ? 0 : mode;
	}
	mode = prctl(PR_GET_SECCOMP);
	if (mode < 0)
		return errno == EINVAL ? 0 : -1;
	return mode;
}

/*
 * Does the filter let chroot(2) through? A bad address fails in the kernel,
 * before there is anything to judge. In a child, which a filter may kill.
 */
static enum answer filter_stops_chroot(void)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return UNKNOWN;
	if (!pid) {
		(void)!syscall(SYS_chroot, NULL);
		_exit(errno == EFAULT ? 0 : 1);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return UNKNOWN;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NO : YES;
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
	caller->fs_peer = find_peer_in("/proc");
	caller->shares_fs = caller->fs_peer ? YES : UNKNOWN;
}

/* -- security modules ------------------------------------------------------------- */

static bool read_label(const char *file, char *label, size_t size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return false;
	length = read(fd, label, size - 1);
	close(fd);
	if (length <= 0)
		return false;
	label[length] = '\0';
	label[strcspn(label, "\n")] = '\0';
	return true;
}

/*
 * What a policy grants cannot be read by those whom it binds. TOMOYO gets one
 * only from this program; BPF programs show nothing at all.
 */
static void look_at_mac(struct caller *caller)
{
	char *label = caller->label;

	caller->mac_objects = NO;
	if (!read_label("/proc/self/attr/apparmor/current", label,
			sizeof(caller->label)) &&
	    !read_label("/proc/self/attr/current", label,
			sizeof(caller->label)))
		label[0] = '\0';
	if (label[0] && strcmp(label, "unconfined") != 0)
		caller->mac_objects = UNKNOWN;
	else if (!access("/sys/kernel/security/tomoyo", F_OK) &&
		 !access("/sbin/tomoyo-init", F_OK)) {
		snprintf(label, sizeof(caller->label), "TOMOYO's");
		caller->mac_objects = UNKNOWN;
	}
}

/* -- all of it ----------------------------------------------------------------------- */

void caller_look(struct caller *caller, bool for_others)
{
	memset(caller, 0, sizeof(*caller));
	caller->uid = geteuid();
	caller->gid = getegid();
	caller->privileged = has_capability();
	caller->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	caller->initial_user_namespace = in_initial_user_namespace();
	caller->seccomp = seccomp_mode();
	caller->seccomp_stops_chroot =
		caller->seccomp == 0 ? NO : filter_stops_chroot();
	caller->shares_fs = UNKNOWN;
	if (for_others)
		look_for_peers(caller);
	caller->chrooted = chrooted(&caller->chrooted_why);
	if (syscall(SYS_getcwd, caller->cwd, sizeof(caller->cwd)) <= 0)
		caller->cwd[0] = '\0';
	look_at_mac(caller);
}

enum answer caller_in_group(const struct caller *caller, gid_t gid)
{
	int count = getgroups(0, NULL);
	enum answer answer = NO;
	gid_t *groups;

	/* Elsewhere the numbers mean other groups. */
	if (caller->initial_user_namespace != YES)
		return UNKNOWN;
	if (caller->gid == gid)
		return YES;
	if (count <= 0)
		return count ? UNKNOWN : NO;
	groups = allocate(count * sizeof(*groups));
	count = getgroups(count, groups);
	while (count-- > 0)
		if (groups[count] == gid)
			answer = YES;
	free(groups);
	return answer;
}
