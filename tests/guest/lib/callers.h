/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Callers: who they are, which system call entry they take, which other
 * tasks share with them.
 */
#ifndef UCHROOT_TEST_CALLERS_H
#define UCHROOT_TEST_CALLERS_H

#include <stdbool.h>
#include <sys/types.h>

#define TEST_UID	1000
#define TEST_GID	1000

/* Somebody, and how to become so, before the call. */
struct caller {
	const char *name;
	void (*become)(void);
};

/* -- credentials ------------------------------------------------------------ */

/* Whoever it is already. */
void plainly(void);
/* uid and gid 1000 (all of them), no supplementary groups, no capabilities. */
void become_user(void);
void set_no_new_privs(void);
/* become_user() and set_no_new_privs(): the caller that the module serves. */
void become_served_user(void);

/* No capability in any set, the uid as it is. */
void drop_capabilities(void);
/* A user namespace of this process's own, without the capabilities in it. */
void enter_user_namespace(void);
/* Uid and gid 0 in the user namespace that uid and gid 1000 have just made. */
void become_namespace_root(void);
/* become_served_user(), in a user namespace. */
void become_served_in_user_namespace(void);
/* Take one capability (CAP_*) out of the effective set, or out of all sets. */
void lower_capability(int capability);
void drop_capability(int capability);

/* A seccomp filter that allows everything; needs no_new_privs or privilege. */
void add_seccomp_filter(void);
/* become_served_user(), under such a filter. */
void become_served_under_filter(void);
/*
 * One in which this call ends so (SECCOMP_RET_...) and every other is allowed:
 * what seccomp(2) returns with these flags.
 */
int filter_call(long number, unsigned int action, unsigned int flags);

/* -- entries ---------------------------------------------------------------- */

/* The raw system call: 0 or -errno. */
int sys_chroot(const char *path);
/* The same through int 0x80; the path is copied below 4 GiB. */
int sys_chroot_ia32(const char *path);
/* The same with the x32 system call number. */
int sys_chroot_x32(const char *path);
/* int 0x80 with these values in all 64 bits of rax and rbx: 0 or -errno. */
int syscall_ia32(unsigned long ax, unsigned long bx);

/* Every way into chroot(2) that this architecture has. */
struct entry {
	const char *name;
	int (*call)(const char *path);
};
extern const struct entry entries[];
extern const int n_entries;
/* x32 can be compiled in and switched off (Debian: syscall.x32=y). */
bool entry_works(const struct entry *entry);

/* -- other processes and threads -------------------------------------------- */

/*
 * Run a function in a child process and wait: its return value (0..255), or
 * -1 after a signal. For the second process that a test needs; assertions
 * belong in the test's own process.
 */
int in_child(int (*function)(void *), void *argument);
/*
 * Run assertions in a child process and wait: a failed one ends the test with
 * the child's message. For the many callers of one test that cannot go back.
 */
void check_in_child(void (*function)(void *), void *argument);
/* Run a function in a second thread and wait until the kernel has let it go. */
void in_thread(void (*function)(void *), void *argument);

/* fork(2) with clone(2)'s flags (CLONE_FS ...), whose place is the machine's. */
pid_t fork_with(unsigned long clone_flags);
/* A process that only lives, made with these clone(2) flags (CLONE_FS ...). */
pid_t start_peer(unsigned long clone_flags);
void stop_peer(pid_t pid);
/*
 * A served user whom every condition of the policy refuses that can refuse at
 * once: user namespace, group, seccomp, CLONE_FS and CLONE_FILES peer (whose
 * pid is the result), chrooted into jail, an open directory (at descriptor
 * worst_directory), and cwd as working directory: a relative path is outside
 * the jail, and the working directory is outside that path.
 */
pid_t become_refused_by_all(const char *jail, const char *cwd);
extern int worst_directory;
/* A second thread of this process that only lives. */
struct idle_thread;
struct idle_thread *start_thread(void);
/* End it, and wait until the kernel has let it go (exit_fs() is after join). */
void stop_thread(struct idle_thread *thread);

#endif
