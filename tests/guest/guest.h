/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every guest test needs: the module's parameters and counters, a caller
 * of a given kind, and the two assertions that matter (granted, refused for
 * this reason and no other).
 *
 * Every test case runs in a process of its own (libcheck's fork mode) and
 * starts as root with all capabilities, without no_new_privs, not chrooted,
 * its working directory at "/", the module loaded with default parameters.
 */
#ifndef UCHROOT_TEST_GUEST_H
#define UCHROOT_TEST_GUEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TEST_UID	1000
#define TEST_GID	1000

/* -- the module ---------------------------------------------------------- */

#define MODULE_NAME	"unprivileged_chroot"
#define MODULE_FILE	"/lib/modules/unprivileged_chroot.ko"

/* finit_module(2) with these parameters: 0 or -errno. */
int module_load(const char *file, const char *parameters);
/* delete_module(2) with O_NONBLOCK, one try: 0 or -errno. */
int module_unload(const char *name);
bool module_loaded(const char *name);

/* One write(2) of the whole value, no newline added: 0 or -errno. */
int param_write(const char *name, const char *value);
/* The value without its newline, in a static buffer; fails the test if unreadable. */
const char *param_read(const char *name);
/*
 * A write that fails the test unless it works. It and param_read() and
 * counter() go through descriptors opened at the start of the test: they work
 * for a caller without privilege and inside a jail without /sys as well.
 */
void param_set(const char *name, const char *value);
/* Every parameter back to its default. */
void params_default(void);

/* The names in spec order, NULL at the end: "no_new_privs" ... "mac". */
extern const char *const reasons[];
/* "allowed", or "refused_nested" and so on. */
unsigned long long counter(const char *name);
/* The names of the counters: "allowed", then one per reason; static buffer. */
#define N_COUNTERS	12
const char *counter_name(int i);
/* All counters together: how many calls the module has judged. */
unsigned long long counter_sum(void);

/* -- callers -------------------------------------------------------------- */

/* uid and gid 1000 (all of them), no supplementary groups, no capabilities. */
void become_user(void);
void set_no_new_privs(void);
/* become_user() and set_no_new_privs(): the caller that the module serves. */
void become_served_user(void);

/* No capability in any set, the uid as it is. */
void drop_capabilities(void);
/* Take one capability (CAP_*) out of the effective set, or out of all sets. */
void lower_capability(int capability);
void drop_capability(int capability);

/* The raw system call: 0 or -errno. */
int sys_chroot(const char *path);
/* The same through int 0x80; the path is copied below 4 GiB. */
int sys_chroot_ia32(const char *path);
/* The same with the x32 system call number. */
int sys_chroot_x32(const char *path);
/* int 0x80 with these values in all 64 bits of rax and rbx: 0 or -errno. */
int syscall_ia32(unsigned long ax, unsigned long bx);

/* The entry that the verdicts below use: sys_chroot unless a test says otherwise. */
extern int (*chroot_entry)(const char *path);

/* -- verdicts ------------------------------------------------------------- */

/*
 * Calls chroot(path) and asserts that it worked, that "/" is now what path
 * was, that the working directory did not move, that "allowed" grew by one
 * and that no other counter changed.
 */
void expect_granted(const char *path);

/*
 * Calls chroot(path) and asserts EPERM, the root unchanged, "refused_REASON"
 * grown by one and no other counter changed. The _errno form is for the
 * LSM veto, whose errno is the LSM's own.
 */
void expect_refused(const char *path, const char *reason);
void expect_refused_errno(const char *path, const char *reason, int error);

/*
 * Calls chroot(path) and asserts that the result is this errno (0: worked)
 * and that no counter changed: the module had no say in it.
 */
void expect_stock(const char *path, int error);

/* Every way into chroot(2) that this architecture has. */
struct entry {
	const char *name;
	int (*call)(const char *path);
};
extern const struct entry entries[];
extern const int n_entries;
/* x32 can be compiled in and switched off (Debian: syscall.x32=y). */
bool entry_works(const struct entry *entry);
/*
 * check_in_child() once per entry that works, chroot_entry set to it: the same
 * caller is judged the same whichever way it comes in.
 */
void check_each_entry(void (*function)(void *), void *argument);

/* expect_granted() or, with a reason, expect_refused(): for tables. */
void expect_verdict(const char *path, const char *reason);

/* What is being tried; every verdict's failure message ends with it. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The test cannot be made on this kernel, for this reason; the caller returns.
 * It does not count as passed: scripts/tap and scripts/check-kernels.
 */
void skip(const char *reason);

/* -- helpers -------------------------------------------------------------- */

/*
 * Adds a test case with the common fixture (guest_setup() in the test's own
 * process) and the common time limit.
 */
TCase *add_case(Suite *suite, const char *name);
/* Module loaded and unlocked, default parameters, umask 022, "/" as cwd. */
void guest_setup(void);

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

/*
 * An assertion for what is asked thousands of times: libcheck would be told each
 * time that it held, which is a write(2) here and a read(2) there.
 */
#define check_quietly(expression, ...)					\
	do {								\
		if (!(expression))					\
			ck_abort_msg(__VA_ARGS__);			\
	} while (0)

/* The test goes no further unless the expression is true; says errno. */
#define must(expression)						\
	check_quietly((expression), "set-up: %s: %m", #expression)

/* A new directory below /tmp, mode 0755, removed by nobody; static buffer ring. */
const char *make_dir(const char *name);
/* make_dir() with the name below this directory. */
const char *make_dir_in(const char *parent, const char *name);
/* Path of parent "/" name, in the same static buffer ring. */
const char *path_in(const char *parent, const char *name);
/* An empty file. */
void make_file(const char *path, mode_t mode);
/* Close every descriptor above 2 but those of libcheck and of this library. */
void close_all(void);
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

/* How a caller comes about that one condition of the policy refuses. */
struct condition {
	const char *name;
	/* Makes this process that caller and returns the path to ask for. */
	const char *(*become)(void);
	const char *reason;
	/* The tunable of the reason, and the value that makes it grant. */
	const char *tunable, *value;
};
/* Those of the task and of the place (test_facts_task.c, test_facts_place.c). */
extern const struct condition task_conditions[], place_conditions[];
extern const int n_task_conditions, n_place_conditions;
/* Asserts: refused for the reason, then granted with the tunable at the value. */
void refused_then_granted(void *condition);
/* refused_then_granted() in a child process for each entry of chroot(2). */
void check_condition(const struct condition *condition);

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

/* chroot(path) and chdir("/") as root: an administrator's jail. */
void enter_jail(const char *path);
/* A mount namespace of this process's own, nothing shared with the outer one. */
void unshare_mounts(void);
void mount_tmpfs(const char *path);
/* A seccomp filter that allows everything; needs no_new_privs or privilege. */
void add_seccomp_filter(void);

/* -- suites: one per file, named after the room they test ------------------ */

Suite *hook_suite(void);	/* test_hook.c: who is served, which entries */
Suite *chroot_suite(void);	/* test_chroot.c: lookup, errno, order, effect */
Suite *fchroot_suite(void);	/* test_fchroot.c: fchroot(2), where the kernel has it */
Suite *facts_suite(void);	/* test_facts.c: each condition granted and refused */
Suite *open_dirs_suite(void);	/* test_open_dirs.c: the descriptor table */
Suite *params_suite(void);	/* test_params.c: values, validation, locking */
Suite *report_suite(void);	/* test_report.c: counters, trace, log, audit */
Suite *mac_suite(void);		/* test_mac.c: AppArmor, TOMOYO */
Suite *module_suite(void);	/* test_module.c: load, unload, conflicts, stalls */
Suite *neighbours_suite(void);	/* test_neighbours.c: others at the same call */
Suite *escape_suite(void);	/* tests/escape: ways out of a jail */
Suite *race_suite(void);	/* test_race.c: what changes during a call */
Suite *selinux_suite(void);	/* test_selinux.c: SELinux, in a boot of its own */
Suite *faults_suite(void);	/* test_faults.c: memory runs out, debug kernels only */
Suite *uchroot_suite(void);	/* test_uchroot.c: the tool */
Suite *dead_ftrace_suite(void);	/* test_dead_ftrace.c: last of all */

/* Parts of a suite that have a file of their own. */
void add_lookup_cases(Suite *suite);		/* test_chroot_lookup.c */
void add_fuse_cases(Suite *suite);		/* test_chroot_fuse.c */
void add_race_cases(Suite *suite);		/* test_chroot_race.c */
void add_task_cases(Suite *suite);		/* test_facts_task.c */
void add_place_cases(Suite *suite);		/* test_facts_place.c */
void add_order_cases(Suite *suite);		/* test_facts_order.c */
void add_lock_cases(Suite *suite);		/* test_facts_lock.c */
void add_disturbed_cases(Suite *suite);		/* test_module_disturbed.c */
void add_entry_cases(Suite *suite);		/* test_hook_entries.c */
void add_exec_cases(Suite *suite);		/* test_hook_exec.c */
void add_tracer_cases(Suite *suite, bool with_fchroot);	/* test_hook_tracer.c */
void add_tracing_cases(Suite *suite);		/* test_neighbours_trace.c */
void add_bpf_cases(Suite *suite);		/* test_neighbours_bpf.c */
void add_sleeping_bpf_cases(Suite *suite);	/* test_neighbours_sleep.c */
void add_fchroot_errno_cases(Suite *suite);	/* test_fchroot_errno.c */
void add_fchroot_policy_cases(Suite *suite);	/* test_fchroot_policy.c */
void add_agreement_cases(Suite *suite);		/* test_uchroot_agree.c */
void add_blind_cases(Suite *suite);		/* test_uchroot_blind.c */
void add_example_cases(Suite *suite);		/* test_uchroot_examples.c */

/* -- what the test program does under another name (main.c) ---------------- */

int tomoyo_denied_main(int argc, char **argv);	/* test_mac.c */
int print_ids_main(int argc, char **argv);	/* test_hook_exec.c */
int tell_state_main(int argc, char **argv);	/* test_uchroot.c */

#endif
