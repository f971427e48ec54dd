// SPDX-License-Identifier: GPL-2.0
/*
 * Callers: who they are, which system call entry they take, which other
 * tasks share with them.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "callers.h"
#include "module.h"
#include "observe.h"

#define NR_CHROOT_IA32	61
#define X32_BIT		0x40000000

/* -- credentials ----------------------------------------------------------- */

void plainly(void)
{
}

void become_user(void)
{
	must(setgroups(0, NULL) == 0);
	must(setresgid(TEST_GID, TEST_GID, TEST_GID) == 0);
	must(setresuid(TEST_UID, TEST_UID, TEST_UID) == 0);
	/* As after an execve: /proc/PID is the user's own again. */
	must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
}

void set_no_new_privs(void)
{
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
}

void become_served_user(void)
{
	become_user();
	set_no_new_privs();
}

static void change_capabilities(__u32 clear_low, __u32 clear_high, bool effective_only)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	const __u32 clear[2] = { clear_low, clear_high };

	must(syscall(SYS_capget, &header, data) == 0);
	for (int i = 0; i < 2; i++) {
		data[i].effective &= ~clear[i];
		if (effective_only)
			continue;
		data[i].permitted &= ~clear[i];
		data[i].inheritable &= ~clear[i];
	}
	must(syscall(SYS_capset, &header, data) == 0);
}

void drop_capabilities(void)
{
	change_capabilities(~0U, ~0U, false);
}

void enter_user_namespace(void)
{
	must(unshare(CLONE_NEWUSER) == 0);
	drop_capabilities();
}

void become_namespace_root(void)
{
	must(!file_write("/proc/self/uid_map", "0 1000 1"));
	must(!file_write("/proc/self/setgroups", "deny"));
	must(!file_write("/proc/self/gid_map", "0 1000 1"));
}

void become_served_in_user_namespace(void)
{
	become_user();
	enter_user_namespace();
	set_no_new_privs();
}

void drop_capability(int capability)
{
	ck_assert_int_lt(capability, 32);
	change_capabilities(1U << capability, 0, false);
}

void lower_capability(int capability)
{
	ck_assert_int_lt(capability, 32);
	change_capabilities(1U << capability, 0, true);
}

void add_seccomp_filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };

	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

void become_served_under_filter(void)
{
	become_served_user();
	add_seccomp_filter();
}

int filter_call(long number, unsigned int action, unsigned int flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = COUNT(code), .filter = code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* -- entries ---------------------------------------------------------------- */

int sys_chroot(const char *path)
{
	return syscall(SYS_chroot, path) ? -errno : 0;
}

#ifdef __x86_64__
int syscall_ia32(unsigned long ax, unsigned long bx)
{
	long result;

	/* The gate does not keep r8 to r11 on every kernel. */
	asm volatile("int $0x80" : "=a" (result) : "a" (ax), "b" (bx)
		     : "r8", "r9", "r10", "r11", "memory", "cc");
	return (int)result;
}

int sys_chroot_ia32(const char *path)
{
	static char *low;

	if (!low) {
		low = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		must(low != MAP_FAILED);
	}
	/* A pointer that the kernel could not follow is passed on as it is. */
	if ((unsigned long)path < 4096)
		return syscall_ia32(NR_CHROOT_IA32, (unsigned long)path);
	ck_assert_uint_lt(strlen(path), 8192);
	strcpy(low, path);
	return syscall_ia32(NR_CHROOT_IA32, (unsigned long)low);
}

int sys_chroot_x32(const char *path)
{
	return syscall(SYS_chroot | X32_BIT, path) ? -errno : 0;
}
#else
int syscall_ia32(unsigned long ax, unsigned long bx)
{
	(void)ax;
	(void)bx;
	return -ENOSYS;
}

int sys_chroot_ia32(const char *path)
{
	(void)path;
	return -ENOSYS;
}

int sys_chroot_x32(const char *path)
{
	(void)path;
	return -ENOSYS;
}
#endif

const struct entry entries[] = {
	{ "native", sys_chroot },
#ifdef __x86_64__
	{ "int 0x80", sys_chroot_ia32 },
	{ "x32", sys_chroot_x32 },
#endif
};
const int n_entries = COUNT(entries);

bool entry_works(const struct entry *entry)
{
#ifdef __x86_64__
	if (entry->call == sys_chroot_x32)
		return syscall(SYS_getpid | X32_BIT) == getpid();
#endif
	return entry->call(NULL) != -ENOSYS;
}

/* -- other processes and threads ------------------------------------------- */

int in_child(int (*function)(void *), void *argument)
{
	pid_t pid = fork();
	int status;

	must(pid >= 0);
	if (pid == 0)
		_exit(function(argument));
	must(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void check_in_child(void (*function)(void *), void *argument)
{
	pid_t pid = fork();
	int status;

	must(pid >= 0);
	if (pid == 0) {
		function(argument);
		_exit(0);
	}
	must(waitpid(pid, &status, 0) == pid);
	/* libcheck has the child's message already: end as the child did. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		_exit(1);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		      "child ended with status %#x", status);
}

pid_t fork_with(unsigned long clone_flags)
{
	pid_t pid;

#ifdef __s390x__
	pid = syscall(SYS_clone, 0, clone_flags | SIGCHLD, 0, 0, 0);
#else
	pid = syscall(SYS_clone, clone_flags | SIGCHLD, 0, 0, 0, 0);
#endif
	must(pid >= 0);
	return pid;
}

pid_t start_peer(unsigned long clone_flags)
{
	pid_t parent = getpid();
	pid_t pid = fork_with(clone_flags);

	if (pid == 0) {
		/* A test that fails must not leave it behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	return pid;
}

void stop_peer(pid_t pid)
{
	must(kill(pid, SIGKILL) == 0);
	must(waitpid(pid, NULL, 0) == pid);
}

int worst_directory;

pid_t become_refused_by_all(const char *jail, const char *cwd)
{
	param_set("allowed_group", "4242");
	become_user();
	must(chdir(cwd) == 0);
	worst_directory = open(".", O_PATH | O_CLOEXEC);
	must(worst_directory >= 0);
	/* In this order: the chrooted may not make a user namespace. */
	must(unshare(CLONE_NEWUSER) == 0);
	must(chroot(jail) == 0);
	drop_capabilities();
	set_no_new_privs();
	add_seccomp_filter();
	return start_peer(CLONE_FS | CLONE_FILES);
}

struct idle_thread {
	pthread_t thread;
	pthread_barrier_t begin, end;
	void (*function)(void *);
	void *argument;
	pid_t tid;
};

static void *thread_main(void *data)
{
	struct idle_thread *thread = data;

	thread->tid = gettid();
	pthread_barrier_wait(&thread->begin);
	if (thread->function)
		thread->function(thread->argument);
	pthread_barrier_wait(&thread->end);
	return NULL;
}

static struct idle_thread *new_thread(void (*function)(void *), void *argument)
{
	struct idle_thread *thread = calloc(1, sizeof(*thread));

	must(thread);
	thread->function = function;
	thread->argument = argument;
	pthread_barrier_init(&thread->begin, NULL, 2);
	pthread_barrier_init(&thread->end, NULL, 2);
	must((errno = pthread_create(&thread->thread, NULL, thread_main, thread)) == 0);
	pthread_barrier_wait(&thread->begin);
	return thread;
}

struct idle_thread *start_thread(void)
{
	return new_thread(NULL, NULL);
}

void stop_thread(struct idle_thread *thread)
{
	pthread_barrier_wait(&thread->end);
	pthread_join(thread->thread, NULL);
	/* The join wakes before exit_files() and exit_fs(); tgkill() knows more. */
	for (int tries = 0; syscall(SYS_tgkill, getpid(), thread->tid, 0) == 0; tries++) {
		ck_assert_msg(tries < 5000, "thread %d does not go away", thread->tid);
		usleep(1000);
	}
	pthread_barrier_destroy(&thread->begin);
	pthread_barrier_destroy(&thread->end);
	free(thread);
}

void in_thread(void (*function)(void *), void *argument)
{
	stop_thread(new_thread(function, argument));
}
