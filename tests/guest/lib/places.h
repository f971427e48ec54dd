/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories, jails and mounts for the tests.
 */
#ifndef UCHROOT_TEST_PLACES_H
#define UCHROOT_TEST_PLACES_H

#include <sys/types.h>

/* A new directory below /tmp, mode 0755, removed by nobody; static buffer ring. */
const char *make_dir(const char *name);
/* make_dir() with the name below this directory. */
const char *make_dir_in(const char *parent, const char *name);
/* Path of parent "/" name, in the same static buffer ring. */
const char *path_in(const char *parent, const char *name);
/* An empty file. */
void make_file(const char *path, mode_t mode);

/* chroot(path) and chdir("/") as root: an administrator's jail. */
void enter_jail(const char *path);
/* A mount namespace of this process's own, nothing shared with the outer one. */
void unshare_mounts(void);
void mount_tmpfs(const char *path);
/* /proc and /sys as they are here, below a directory that will be a root. */
void bind_system(const char *root);
/* The mount at this directory over "/", as switch_root does, and into it. */
void move_root_to(const char *mount_point);
/* Into it as containers go, the old root unmounted. */
void pivot_root_to(const char *mount_point);
/* A file system that is mounted no more: its descriptor. */
int detached_mount(void);
/* A user's process in a mount namespace of its own with a tmpfs at dir. */
pid_t start_foreigner(const char *dir);

#endif
