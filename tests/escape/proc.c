// SPDX-License-Identifier: GPL-2.0
/*
 * The links of /proc, which lead to where other processes are.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"

static void look_at(const char *link)
{
	const int fd = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	look(fd);
	close(fd);
}

static void look_at_descriptors(const char *process)
{
	char path[300];
	DIR *dir;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/fd", process);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/fd/%.20s", process, entry->d_name);
		if (entry->d_name[0] != '.')
			look_at(path);
	}
	if (dir)
		closedir(dir);
}

/* Every process, and every descriptor of it. */
static void every_process(void)
{
	char path[64];
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int seen = 0;

	must(dir);
	while ((entry = readdir(dir))) {
		if (!atoi(entry->d_name))
			continue;
		seen++;
		snprintf(path, sizeof(path), "/proc/%.20s/root", entry->d_name);
		look_at(path);
		snprintf(path, sizeof(path), "/proc/%.20s/cwd", entry->d_name);
		look_at(path);
		snprintf(path, sizeof(path), "/proc/%.20s", entry->d_name);
		look_at_descriptors(path);
	}
	closedir(dir);
	/* This one, its administrator's and the kernel's at least. */
	must(seen > 5);
}

/* Into the root of one of them, if that were possible. */
static void chroot_to_init(void)
{
	chroot_entry("/proc/1/root");
	chroot_entry("/proc/1/root/tmp");
	look_at("/");
	chroot_entry("/proc/self/cwd/d");
	look(AT_FDCWD);
}

static void outsider(void)
{
	must(chdir(top) == 0);
	send_byte(pair[1]);
	stay();
}

static void start_outsider(void)
{
	make_pair();
	spawn_outside(outsider);
	wait_byte(pair[0]);
}

/* A process that stays in the jail, seen from a new root in which /proc is all. */
static void proc_as_root(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/%d/root", spawn(stay));
	must(chdir("/proc") == 0);
	chroot_entry(".");
	look_at(path);
}

const struct technique proc_techniques[] = {
	{ "/proc/PID/{root,cwd,fd} of everybody", .attack = every_process, .proc = true,
	  .control = CAP(SYS_PTRACE), .nested = HELD },
	{ "chroot to /proc/1/root, and through /proc/self/cwd", .attack = chroot_to_init,
	  .proc = true, .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "/proc as new root, /PID/root of a jailed process", .attack = proc_as_root,
	  .proc = true, .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "process of the same user outside, /proc/PID/{root,cwd}", .prepare = start_outsider,
	  .attack = every_process, .proc = true, .nested = OUT },
	{ 0 }
};
