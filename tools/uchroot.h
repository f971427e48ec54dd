/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uchroot: runs a command in another root, and explains why it would not.
 * The rule itself is the module's own src/policy.c.
 */
#ifndef UCHROOT_TOOL_H
#define UCHROOT_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "policy.h"

/* Exit statuses, as chroot(1) of coreutils has them. */
#define EXIT_TOOL	125	/* uchroot itself failed, or was refused */
#define EXIT_NOT_RUN	126	/* the command is there and cannot be run */
#define EXIT_NOT_FOUND	127

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

/* What can be found out from outside the kernel may stay open. */
enum answer { NO, YES, UNKNOWN };

/* -- main.c ----------------------------------------------------------------- */

/* "uchroot: TEXT: what errno says" without the last part if errno is 0. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* complain() and exit. */
void die(int status, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void *allocate(size_t size);

/* -- identity.c: -u, -g, -G ------------------------------------------------- */

struct identity {
	bool set_uid, set_gid, set_groups;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int group_count;
};

/* Looks the names up, while the files with the names can still be seen. */
void identity_find(struct identity *identity, const char *user,
		   const char *group, const char *groups);
void identity_take(const struct identity *identity);
/* The name of a group for people to read, or NULL; allocated. */
char *group_name(gid_t gid);

/* -- module.c: what the module shows of itself -------------------------------- */

#define PARAMETERS	"/sys/module/unprivileged_chroot/parameters"

struct module {
	enum answer loaded;
	bool locked;
	/* Only complete when it is loaded. */
	struct uchroot_tunables tunables;
};

/* One parameter as it reads; false when there is no such file. */
bool parameter_read(const char *name, char *value, size_t size);
/* Tunables that cannot be read have their defaults. */
void module_look(struct module *module);

/* -- prepare.c: what uchroot does to itself before the call ------------------- */

bool has_capability(void);
/*
 * no_new_privs, a root and working directory of one's own, and no directory
 * open if the module would refuse that. Says what could not be done: false.
 */
bool prepare(bool no_new_privs);

/* -- descriptors.c ------------------------------------------------------------ */

struct directories {
	struct {
		int fd;
		char *path;	/* or NULL */
	} *entries;
	int count;
	bool complete;		/* all descriptors could be looked at */
};

void directories_list(struct directories *directories);
void directories_close(void);

/* -- mounts.c: where this process stands among the mounts --------------------- */

/* A directory as the kernel tells two of them apart. */
struct place {
	unsigned long long mount, device, inode;
};

/* What the path means to fd (AT_FDCWD, or "" for fd itself). */
bool place_find(int fd, const char *path, struct place *place);
bool place_same(const struct place *a, const struct place *b);
/* The kernel's current_chrooted(), and by what it was told; a static string. */
enum answer chrooted(const char **why);
/* Is a mount mounted on the directory with this place and path from "/"? */
bool mounted_on(unsigned long long mount, const struct place *place,
		const char *path);

/* -- target.c: the directory that is to become the root ------------------------ */

struct target {
	int error;		/* of the lookup, or of the search permission */
	char failed[4096];	/* the part of the path that fails */
	char path[4096];	/* as seen from "/", or empty */
	enum answer beneath;	/* beneath the current root */
	enum answer cwd;	/* the working directory is beneath it */
};

/*
 * Moves the working directory about, so it must not be shared; with shared
 * nothing but the lookup is tried.
 */
void target_look(struct target *target, const char *path, bool shared);

/* -- caller.c: this process ----------------------------------------------------- */

struct caller {
	uid_t uid;
	gid_t gid;
	bool privileged;
	bool no_new_privs;
	enum answer initial_user_namespace;
	int seccomp;			/* mode; -1 unknown */
	enum answer seccomp_stops_chroot;
	enum answer shares_fs;
	pid_t fs_peer;			/* one that shares, or 0 */
	enum answer chrooted;
	const char *chrooted_why;
	char cwd[4096];
	char label[256];		/* AppArmor's or SELinux's, or empty */
	enum answer mac_objects;	/* UNKNOWN when confined */
};

/* for_others: see who shares the root; who is about to stop that need not know. */
void caller_look(struct caller *caller, bool for_others);
/* Is this process in the group, a gid of the initial user namespace? */
enum answer caller_in_group(const struct caller *caller, gid_t gid);

/* -- explain.c ------------------------------------------------------------------ */

enum state { STATE_OK, STATE_FAILED, STATE_UNKNOWN };

/* What must hold besides the policy; numbered behind its reasons. */
enum {
	CONDITION_PATH = UCHROOT_REASONS,
	CONDITION_MODULE,
	CONDITIONS
};

struct condition {
	enum state state;
	bool asked;		/* binds this caller */
	char detail[512];
	char advice[512];
};

struct explanation {
	const char *newroot;	/* as the user wrote it */
	bool as_is;
	struct module module;
	struct caller caller;
	struct target target;
	struct directories directories;
	struct condition conditions[CONDITIONS];
	/* The verdict: */
	bool granted;
	bool by_module;		/* or by the kernel's own chroot */
	bool certain;		/* nothing unknown could change it */
	int reason;		/* index of a condition, or UCHROOT_ALLOWED */
	int error;
};

/*
 * Judges a call of this process. Unless as_is, prepares first what uchroot
 * prepares. Changes this process in any case: nothing can be done with it but
 * to tell.
 */
void explain(struct explanation *explanation, const char *newroot, bool as_is,
	     bool no_new_privs);
/* The same for a call that has just failed with the new root as cwd, or not. */
void explain_refusal(struct explanation *explanation, const char *newroot,
		     const char *path);
const char *condition_name(int condition);

/* -- conditions.c ---------------------------------------------------------------- */

void conditions_fill(struct explanation *explanation);

/* -- print.c --------------------------------------------------------------------- */

extern const int condition_order[CONDITIONS - 1];
void print_text(const struct explanation *explanation);
void print_json(const struct explanation *explanation);
/* One line about a call that failed with this errno. */
void print_refusal(const struct explanation *explanation, int error);
/* Text that others chose, without control characters. */
void print_safe(FILE *stream, const char *text);

#endif
