// SPDX-License-Identifier: GPL-2.0
/*
 * Workers: processes that are callers of one kind for the whole run. What a
 * worker cannot take back (no_new_privs, a filter, a namespace) is its kind;
 * the rest (root, working directory, descriptors, effective capabilities) is
 * put into place for each batch. It keeps the permitted capabilities for that,
 * unless the batch is made by a child, which does not come back.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

static unsigned int kinds[WORKERS] = {
	W_NNP,
	0,
	W_NNP | W_MEMBER,
	W_NNP | W_EFFECTIVE,
	W_NNP | W_SECCOMP,
	W_NNP | W_USER_NAMESPACE,
	W_NNP | W_USER_NAMESPACE | W_SECCOMP,
	W_NNP | W_PEER_FS,
	W_NNP | W_PEER_FILES,
	W_NNP | W_PEER_FS | W_PEER_FILES,
	W_NNP | W_THREAD,
	W_LEADER_NNP | W_THREAD,
	W_NNP | W_THREAD | W_UNSHARED,
	W_ROOT,
	W_ROOT | W_NNP,
	W_NNP | W_MOUNT_NAMESPACE,
	W_NNP | W_CONFINED,
	W_NNP | W_CONFINED | W_IN_JAIL,
	W_CONFINED,
	W_SECCOMP,
	W_NNP | W_MOUNT_NAMESPACE | W_PEER_FILES,
	W_NNP | W_MEMBER | W_SECCOMP,
};

#define FIXED_KINDS	22

static int ends[WORKERS];	/* of socket pairs, the main process's */

const char *worker_text(int worker)
{
	static const char *const names[] = {
		"no_new_privs", "seccomp", "userns", "mntns", "CLONE_FS",
		"CLONE_FILES", "thread", "leader-no_new_privs", "unshared",
		"uid0", "group2000", "egid2000", "confined", "in-jail",
	};
	static char text[256];
	int i;

	snprintf(text, sizeof(text), "worker %d:", worker);
	for (i = 0; i < COUNT(names); i++)
		if (kinds[worker] & (1U << i)) {
			strcat(text, " ");
			strcat(text, names[i]);
		}
	return text;
}

/* -- becoming that caller --------------------------------------------------- */

static void setting(bool worked, const char *what)
{
	if (!worked)
		die("worker: %s", what);
}

/* One message that is never taken out, only looked at. */
static int keep_in_flight(const int fds[HELD])
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * HELD)];
	} control = { .header = {
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof(int) * HELD),
	} };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int pair[2];

	memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * HELD);
	setting(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) &&
		sendmsg(pair[0], &message, 0) == 1, "descriptors in flight");
	/* The other end stays open, or the message would go. */
	return pair[1];
}

static void confine(int attribute)
{
	static const char command[] = "changeprofile uchroot-confined";

	setting(write(attribute, command, strlen(command)) > 0, "AppArmor");
	close(attribute);
}

static void set_ids(unsigned int kind)
{
	const gid_t member = 2000;
	const gid_t gid = kind & W_ROOT ? 0 : TEST_UID;

	/* No capability is lost by a change of the uid. */
	setting(!prctl(PR_SET_SECUREBITS, 1 << 2), "SECBIT_NO_SETUID_FIXUP");
	setting(!setgroups(!!(kind & W_MEMBER), &member), "setgroups");
	setting(!setresgid(gid, kind & W_EFFECTIVE ? member : gid, gid), "setresgid");
	if (!(kind & W_ROOT))
		setting(!setresuid(TEST_UID, TEST_UID, TEST_UID), "setresuid");
	if (kind & W_USER_NAMESPACE)
		setting(!unshare(CLONE_NEWUSER), "user namespace");
	setting(!prctl(PR_SET_DUMPABLE, 1), "dumpable");
}

static void peer(unsigned long flags)
{
	const pid_t pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	setting(pid >= 0, "clone");
	if (pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void set_flags(unsigned int kind)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };

	if (kind & W_SECCOMP)
		setting(!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program),
			"seccomp");
	if (kind & W_NNP)
		setting(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	if (kind & W_UNSHARED)
		setting(!unshare(CLONE_FS | CLONE_FILES), "unshare");
}

/* -- batches ---------------------------------------------------------------- */

static int end, held;		/* sockets, in the worker */

static void wait_for_word(void)
{
	char byte;

	if (read(end, &byte, 1) != 1)
		_exit(0);
}

static void say_done(void)
{
	if (write(end, "", 1) != 1)
		_exit(1);
}

static void both_halves(struct caller *caller)
{
	random_start(shared->seed, RANDOM_CALLS, shared->batch);
	caller_place(caller, held);
	say_done();
	wait_for_word();
	batch_run(caller);
}

/* By a child of its own, without peers and without a way back. */
static void in_a_child(struct caller *caller)
{
	const pid_t pid = fork();
	int status;

	setting(pid >= 0, "fork");
	if (!pid) {
		caller->alone = true;
		both_halves(caller);
		_exit(0);
	}
	setting(waitpid(pid, &status, 0) == pid && !status, "its child");
}

/* What a thread has when it begins is not the leader's any more. */
static pthread_barrier_t leader_is_ready;

static void *work(void *argument)
{
	struct caller *caller = argument;
	int i;

	if (caller->kind & W_THREAD)
		pthread_barrier_wait(&leader_is_ready);

	for (i = 0; i < SLOTS; i++)
		caller->slots[i].fd = NONE;
	set_flags(caller->kind);
	for (;;) {
		wait_for_word();
		random_start(shared->seed, RANDOM_WORKER, shared->batch);
		if (chance(8) && !(caller->kind & W_CONFINED))
			in_a_child(caller);
		else
			both_halves(caller);
		say_done();
	}
	return NULL;
}

static void __attribute__((noreturn)) live(unsigned int kind)
{
	struct caller caller = { .kind = kind };
	pthread_t thread;
	int i, attribute;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	caller_remember_caps();
	if (kind & W_MOUNT_NAMESPACE) {
		setting(!unshare(CLONE_NEWNS), "mount namespace");
		world_learn_mounts(SET_OWN);
		held_places[HELD_HOME].mount = MOUNT(SET_OWN, M_ROOT);
		close(held_fds[HELD_HOME]);
		held_fds[HELD_HOME] = open("/", O_PATH | O_CLOEXEC);
	}
	held = keep_in_flight(held_fds);
	for (i = 0; i < HELD; i++)
		close(held_fds[i]);

	caller.root = model_home(&caller);
	/* In the jail there is no way to confine oneself. */
	attribute = open("/proc/self/attr/apparmor/current", O_WRONLY | O_CLOEXEC);
	if (kind & W_IN_JAIL) {
		setting(!chroot("/fz/zjail") && !chdir("/"), "jail");
		caller.root.mount = MOUNT(SET_MAIN, M_FZ);
		caller.root.node = N_JAIL;
	}
	if (kind & W_CONFINED)
		confine(attribute);
	else
		close(attribute);
	set_ids(kind);
	if (kind & (W_PEER_FS | W_PEER_FILES))
		peer((kind & W_PEER_FS ? CLONE_FS : 0) |
		     (kind & W_PEER_FILES ? CLONE_FILES : 0));
	if (!(kind & W_THREAD))
		work(&caller);
	setting(!pthread_barrier_init(&leader_is_ready, NULL, 2) &&
		!pthread_create(&thread, NULL, work, &caller), "thread");
	if (kind & W_LEADER_NNP)
		setting(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	pthread_barrier_wait(&leader_is_ready);
	pthread_join(thread, NULL);
	_exit(1);
}

/* -- from outside ----------------------------------------------------------- */

/* The rest are what comes out of these together. */
static unsigned int random_kind(void)
{
	return (chance(85) ? W_NNP : 0) | (chance(25) ? W_SECCOMP : 0) |
	       (chance(25) ? W_USER_NAMESPACE : 0) |
	       (chance(30) ? W_MOUNT_NAMESPACE : 0) |
	       (chance(20) ? W_PEER_FS : 0) | (chance(25) ? W_PEER_FILES : 0) |
	       (chance(30) ? W_MEMBER : 0) | (chance(15) ? W_ROOT : 0);
}

void workers_start(uint64_t seed)
{
	const struct rlimit files = { .rlim_cur = 65536, .rlim_max = 65536 };
	int i, n, pair[2];
	pid_t pid;

	setting(!setrlimit(RLIMIT_NOFILE, &files), "rlimit");
	for (i = 0; i < WORKERS; i++) {
		if (i >= FIXED_KINDS) {
			random_start(seed, RANDOM_WORKER, ~(uint64_t)i);
			kinds[i] = random_kind();
		}
		setting(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
			"socketpair");
		fflush(stdout);
		pid = fork();
		setting(pid >= 0, "fork");
		if (!pid) {
			for (n = 0; n < i; n++)
				close(ends[n]);
			close(pair[0]);
			end = pair[1];
			live(kinds[i]);
		}
		close(pair[1]);
		ends[i] = pair[0];
	}
}

int worker_choose(void)
{
	static const int plain[] = { 0, 0, 2, 8, 15 };

	return chance(30) ? plain[below(COUNT(plain))] : (int)below(WORKERS);
}

static void word(int worker)
{
	struct pollfd answer = { .fd = ends[worker], .events = POLLIN };
	char byte;

	errno = 0;
	if (write(ends[worker], "", 1) != 1 || poll(&answer, 1, 60000) != 1 ||
	    read(ends[worker], &byte, 1) != 1)
		die("%s does not answer in batch %llu", worker_text(worker),
		    (unsigned long long)shared->batch);
}

void worker_place(int worker)
{
	word(worker);
}

void worker_call(int worker)
{
	word(worker);
}
