/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Techniques to leave an administrator's jail, and what they need.
 *
 * Every attempt runs in a process tree of its own, in a mount namespace of its
 * own. It begins as root outside the jail (prepare), then the administrator
 * makes the jail (chroot, chdir), and the attempt goes on as uid 1000 with
 * no_new_privs (attack). It is out when it finds the marker, a file that is in
 * the directory above the jail and in the true root, but not in the jail.
 *
 * The jail belongs to the user and holds the directories /d, /d/e and /x, and
 * a /proc if the technique wants one.
 */
#ifndef UCHROOT_TEST_ESCAPE_H
#define UCHROOT_TEST_ESCAPE_H

#include <linux/capability.h>
#include <sys/socket.h>

#include "guest.h"

#define CAP(name)	(1ULL << CAP_##name)

/* What allow_nested=Y gives up at allow_open_directories = 0, 1, 2. */
#define HELD		{ false, false, false }
#define OUT_AT_2	{ false, false, true }
#define OUT		{ true, true, true }

struct technique {
	const char *name;
	/* As root outside, before the jail is entered; may be NULL. */
	void (*prepare)(void);
	void (*attack)(void);
	/* There is a /proc in the jail. */
	bool proc;
	/* The administrator forgets the chdir(). */
	bool no_chdir;
	/*
	 * The positive control: with these capabilities, as a user still, the
	 * technique leads out of the jail of a kernel without the module. Where
	 * that is not how: control_enter makes the jail and the attacker, or
	 * no_control says why nobody gets out. None of them: the unprivileged
	 * get out of the stock kernel.
	 */
	unsigned long long control;
	void (*control_enter)(void);
	const char *no_control;
	/* Expected with allow_nested=Y. */
	bool nested[3];
	/* Why this kernel is too old for it, or NULL; may be NULL itself. */
	const char *(*lacking)(void);
};

/* One table for each file, an empty entry at the end. */
extern const struct technique classic_techniques[], descriptor_techniques[],
	peer_techniques[], accomplice_techniques[], proc_techniques[],
	namespace_techniques[], mount_techniques[], uring_techniques[],
	race_techniques[];

void add_own_chroot_cases(Suite *suite);	/* own_chroot.c */

/* -- the scene --------------------------------------------------------------- */

/* Markers in the true root and in /dev. */
void make_scene(void);
/* A directory with a marker and with a jail, which nobody is in yet. */
void make_jail(bool with_proc);

/* -- this attempt ------------------------------------------------------------- */

/* The directory above the jail, and the jail; outer names. */
extern const char *top, *jail;
/* What stands in the marker. */
extern char token[33];

/* Is the marker there, or in a directory above? Then this attempt is out. */
bool look(int directory);
/* The marker's content was seen in another way. */
void got_out(void);
/* The technique cannot be tried here; ends the attempt. */
void unavailable(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* -- helpers ------------------------------------------------------------------ */

/* open(2) of a directory; the attempt goes no further without. */
int open_directory(const char *path);
/* chdir and chroot to /d: the working directory is beneath the new root. */
bool chroot_to_d(void);

/* A process that runs the function and ends, or stays until it is killed. */
pid_t spawn(void (*function)(void));
/* The same outside, in prepare: uid 1000 and not in the jail. */
pid_t spawn_outside(void (*function)(void));
void __attribute__((noreturn)) stay(void);

/* Between processes: a socketpair, one end (0, 1) for each. */
extern int pair[2];
void make_pair(void);
void send_byte(int socket);
void wait_byte(int socket);
/* A message with a descriptor in it. */
struct fd_message {
	char byte;
	struct iovec data;
	union {
		char control[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	};
	struct msghdr message;
};
struct msghdr *fd_message(struct fd_message *out, int fd);
void send_fd(int socket, int fd);
int receive_fd(int socket);
/* An abstract socket of this attempt: listens, or connects. */
int abstract_socket(bool listens);

int sys_pidfd_open(pid_t pid);
int sys_pidfd_getfd(int pidfd, int fd);

#endif
