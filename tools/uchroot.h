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

/* A descriptor of a file must not depend on its size or number. */
_Static_assert(sizeof(off_t) == 8 && sizeof(ino_t) == 8, "_FILE_OFFSET_BITS=64");

/* -- text.c ----------------------------------------------------------------- */

/* "uchroot: TEXT: what errno says" without the last part if errno is 0. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* complain() and exit. */
void die(int status, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* Text that others chose, without control characters. */
void print_safe(FILE *stream, const char *text);
/* The length of the UTF-8 character that begins here, 0 if none does. */
int utf8_length(const char *text);
/* The number of the control character that begins here, or -1. */
int control_character(const char *text);
/* realloc(3) that does not fail. */
void *reallocate(void *memory, size_t size);

/* -- child.c ---------------------------------------------------------------- */

/* What wait(2) says of a child that exits with the result, or -1: no knowing. */
int in_child(int (*call)(void *), void *data);

/* -- identity.c: -u, -g, -G ------------------------------------------------- */

struct identity {
	bool set_uid, set_gid, set_groups;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int group_count;
};

/*
 * Looks the names up, while the files with the names can still be seen. Ends
 * the program when there is no such name, or no right to become that.
 */
void identity_find(struct identity *identity, const char *user,
		   const char *group, const char *groups);
void identity_take(const struct identity *identity);
/* The name of a group for people to read, or NULL; allocated. */
char *group_name(gid_t gid);

/* -- module.c: what the module shows of itself -------------------------------- */

#define PARAMETERS	"/sys/module/unprivileged_chroot/parameters"

struct module {
	enum answer loaded;
	int error;		/* why that is unknown; 0: there is no /sys */
	bool locked;
	/* Their defaults unless it is loaded. */
	struct uchroot_tunables tunables;
};

/* One parameter as it reads; false with ENOENT when there is no such file. */
bool parameter_read(const char *name, char *value, size_t size);
void module_look(struct module *module);

/* -- prepare.c: what uchroot does to itself before the call ------------------- */

/* Is this capability (CAP_*) effective? */
enum answer capable(int capability);
/*
 * no_new_privs, a root and working directory of one's own, and no directory
 * open if the module might refuse that. Says what could not be done: false.
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
enum answer mounted_on(unsigned long long mount, const struct place *place,
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

/* -- seccomp.c ------------------------------------------------------------------- */

struct seccomp {
	int mode;			/* 0: no filter; -1 unknown */
	enum answer stops_chroot;
	int error;			/* what chroot(2) says to a bad address */
	bool kills;			/* whoever calls chroot(2) */
};

/*
 * With identity, the calls that change that are tried as well. Ends the program
 * with a word where the filter kills for a call that it cannot do without.
 */
void seccomp_look(struct seccomp *seccomp, bool identity);

/* -- caller.c: this process ----------------------------------------------------- */

/* What security modules may have against it. */
enum mac {
	MAC_NOTHING,
	MAC_PERHAPS,	/* nothing that is seen, but not all can be */
	MAC_UNSEEN,	/* not even the label */
	MAC_CONFINED,	/* by the policy of label, which nobody can read */
};

struct caller {
	uid_t uid;
	gid_t gid;
	enum answer privileged;
	enum answer no_new_privs;
	enum answer initial_user_namespace;
	enum answer shares_fs;
	pid_t fs_peer;			/* one that shares, or 0 */
	bool fs_looked;			/* for one, wherever this process may */
	enum answer chrooted;
	const char *chrooted_why;
	char cwd[4096];			/* or a word in parentheses */
	char label[256];		/* AppArmor's or SELinux's, or empty */
	enum mac mac;
};

/*
 * A number in /proc/self/status, for which no filter can answer as it likes, or
 * -1. The key is "Seccomp:" and the like.
 */
int status_number(const char *key);

/* for_others: see who shares the root; who is about to stop that need not know. */
void caller_look(struct caller *caller, bool for_others);
/* Is this process in the group, a gid of the initial user namespace? */
enum answer caller_in_group(const struct caller *caller, gid_t gid);

/* -- explain.c ------------------------------------------------------------------ */

enum state { STATE_OK, STATE_FAILED, STATE_UNKNOWN, STATE_NOT_ASKED };

/* What must hold besides the policy; numbered behind its reasons. */
enum {
	CONDITION_PATH = UCHROOT_REASONS,
	CONDITION_MODULE,
	CONDITIONS
};

struct condition {
	enum state state;
	bool asked;		/* binds this caller */
	bool unlikely;		/* unknown, but mostly it holds */
	char detail[512];
	char advice[512];
};

struct explanation {
	const char *newroot;	/* as the user wrote it */
	bool as_is;
	struct module module;
	struct seccomp seccomp;
	struct caller caller;
	struct target target;
	struct directories directories;
	struct condition conditions[CONDITIONS];
	/* The verdict: */
	enum answer granted;
	enum answer by_module;	/* or by the kernel's own chroot */
	bool certain;		/* nothing unknown could change it */
	int reason;		/* index of a condition, or UCHROOT_ALLOWED */
	int error;		/* 0: none, or nobody knows which */
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
/* One line about a call that failed with this errno, 0 if it was not made. */
void print_refusal(const struct explanation *explanation, int error);

#endif
