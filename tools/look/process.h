/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_PROCESS_H
#define UCHROOT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What can be found out from outside the kernel may stay open. */
enum answer { NO, YES, UNKNOWN };

/* The first line of a file: what read(2) returned. */
ssize_t read_line(const char *file, char *line, size_t size);
/*
 * A number in /proc/self/status, for which no filter can answer as it likes, or
 * -1. The key is "Seccomp:" and the like.
 */
int status_number(const char *key);
/* Is this capability (CAP_*) effective? */
enum answer capable(int capability);
/* Where it is, in the kernel's own words. */
bool working_directory(char *path, size_t size);
/* How many supplementary groups there are, allocated in any case; or -1. */
int own_groups(gid_t **groups);
bool is_among(gid_t gid, const gid_t *groups, int count);
/* Is the word in a list with commas between them? */
bool is_listed(const char *list, const char *word);
/*
 * What may kill whoever tries it, or cannot be taken back, is tried in a child:
 * what wait(2) says of one that exits with the result, or -1: no knowing.
 */
int in_child(int (*call)(void *), void *data);

#endif
