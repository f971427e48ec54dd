// SPDX-License-Identifier: GPL-2.0
/*
 * chroot(2) and fchroot(2) of a user with no_new_privs: what is granted, and each
 * reason of a refusal as the counters tell it. Runs as root.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../kselftest_harness.h"

#define SYS_DIR		"/sys/module/unprivileged_chroot"
#define NOBODY		65534
#define STACK_SIZE	(64 * 1024)

static const char *const parameters[][2] = {
	{ "allow_open_directories", "1" },
	{ "allow_nested", "N" },
	{ "allowed_group", "-1" },
	{ "require_trusted_root", "N" },
};

static int write_parameter(const char *name, const char *value)
{
	char path[PATH_MAX];
	int fd, error;

	snprintf(path, sizeof(path), SYS_DIR "/parameters/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return error;
}

static long counter(const char *name)
{
	char path[PATH_MAX], text[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), SYS_DIR "/stats/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	return atol(text);
}

FIXTURE(chroot) {
	char dir[32];
};

FIXTURE_SETUP(chroot)
{
	unsigned int i;

	if (geteuid() != 0)
		SKIP(return, "root makes the directory and turns the parameters");
	if (access(SYS_DIR "/stats/allowed", R_OK))
		SKIP(return, "CONFIG_UNPRIVILEGED_CHROOT is not set");

	for (i = 0; i < ARRAY_SIZE(parameters); i++)
		ASSERT_EQ(0, write_parameter(parameters[i][0],
					     parameters[i][1]));
	snprintf(self->dir, sizeof(self->dir),
		 "/tmp/unprivileged_chroot.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	ASSERT_EQ(0, chmod(self->dir, 0755));
	ASSERT_EQ(0, chdir(self->dir));
	ASSERT_EQ(0, mkdir("inner", 0755));
	ASSERT_EQ(0, mkdir("closed", 0700));
	ASSERT_EQ(0, close(open("file", O_CREAT | O_WRONLY, 0644)));
}

FIXTURE_TEARDOWN(chroot)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parameters); i++)
		write_parameter(parameters[i][0], parameters[i][1]);
	if (!chdir(self->dir)) {
		unlink("file");
		rmdir("closed");
		rmdir("inner");
		rmdir(self->dir);
	}
}

/*
 * The call of a user who has set no_new_privs, in a process of its own: 0 or the
 * errno. @prepare may change what the call depends on, as the user.
 */
static int errno_of(const char *path, int (*prepare)(void), bool nnp)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (setgid(NOBODY) || setuid(NOBODY) ||
		    (nnp && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) ||
		    (prepare && prepare()))
			_exit(255);
		_exit(chroot(path) ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void expect(struct __test_metadata *const _metadata, int expected,
		   const char *which, const char *path, int (*prepare)(void))
{
	const long before = counter(which);

	ASSERT_LE(0, before);
	EXPECT_EQ(expected, errno_of(path, prepare, true));
	EXPECT_EQ(before + 1, counter(which))
		TH_LOG("the counter is %s", which);
}

TEST_F(chroot, granted)
{
	expect(_metadata, 0, "allowed", ".", NULL);
	expect(_metadata, 0, "allowed", "inner", NULL);
}

TEST_F(chroot, without_no_new_privs)
{
	const long before = counter("allowed");

	EXPECT_EQ(EPERM, errno_of(".", NULL, false));
	EXPECT_EQ(before, counter("allowed"));
	EXPECT_EQ(0, counter("refused_no_new_privs"));
}

/* As the kernel's own call has them, and before any condition. */
TEST_F(chroot, lookup_comes_first)
{
	ASSERT_EQ(0, write_parameter("allowed_group", "12345"));
	EXPECT_EQ(ENOENT, errno_of("missing", NULL, true));
	EXPECT_EQ(ENOENT, errno_of("", NULL, true));
	EXPECT_EQ(ENOTDIR, errno_of("file", NULL, true));
	EXPECT_EQ(EACCES, errno_of("closed", NULL, true));
	EXPECT_EQ(EFAULT, errno_of((const char *)1, NULL, true));
	expect(_metadata, EPERM, "refused_group", ".", NULL);
}

/* Whoever makes one has all capabilities in there. */
static int new_user_namespace(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};

	return unshare(CLONE_NEWUSER) || syscall(SYS_capset, &header, none);
}

TEST_F(chroot, user_namespace)
{
	expect(_metadata, EPERM, "refused_user_namespace", ".", new_user_namespace);
}

static int allow_all_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 1, filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

TEST_F(chroot, seccomp)
{
	expect(_metadata, EPERM, "refused_seccomp", ".", allow_all_filter);
}

static int wait_for_the_end(void *parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == (long)parent)
		pause();
	return 0;
}

static int share_fs(void)
{
	static char stack[STACK_SIZE];

	return clone(wait_for_the_end, stack + sizeof(stack), CLONE_FS,
		     (void *)(long)getpid()) < 0;
}

TEST_F(chroot, shared_fs)
{
	expect(_metadata, EPERM, "refused_shared_fs", ".", share_fs);
}

static int enter(void)
{
	return chroot(".");
}

static int enter_with_directory(void)
{
	return open("inner", O_PATH | O_DIRECTORY) < 0 || chroot(".");
}

TEST_F(chroot, nested)
{
	expect(_metadata, EPERM, "refused_nested", "inner", enter);

	/* With FreeBSD's rule instead. */
	ASSERT_EQ(0, write_parameter("allow_nested", "Y"));
	expect(_metadata, EPERM, "refused_open_directory", ".", enter_with_directory);
	expect(_metadata, EPERM, "refused_cwd_outside", "inner", enter);
}

static int share_files(void)
{
	static char stack[STACK_SIZE];

	return clone(wait_for_the_end, stack + sizeof(stack), CLONE_FILES,
		     (void *)(long)getpid()) < 0;
}

TEST_F(chroot, open_directories)
{
	ASSERT_EQ(0, write_parameter("allow_open_directories", "0"));
	expect(_metadata, 0, "allowed", ".", NULL);
	expect(_metadata, EPERM, "refused_shared_files", ".", share_files);
}

/* A detached mount is beneath nothing. */
TEST_F(chroot, not_beneath)
{
	const long before = counter("refused_not_beneath");
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("none", "inner", "tmpfs", 0, NULL) ||
		    chdir("inner") || umount2(".", MNT_DETACH) ||
		    setuid(NOBODY) ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(255);
		_exit(chroot(".") ? errno : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(EPERM, WEXITSTATUS(status));
	EXPECT_EQ(before + 1, counter("refused_not_beneath"));
}

TEST_F(chroot, trusted_root)
{
	ASSERT_EQ(0, write_parameter("require_trusted_root", "Y"));
	ASSERT_EQ(0, chmod("inner", 0775));
	expect(_metadata, EPERM, "refused_untrusted_root", "inner", NULL);
	ASSERT_EQ(0, chmod("inner", 0755));
	ASSERT_EQ(0, chown("inner", NOBODY, 0));
	expect(_metadata, EPERM, "refused_untrusted_root", "inner", NULL);
}

#ifdef __NR_fchroot
static int fchroot_to_inner(void)
{
	int fd = open("inner", O_PATH | O_DIRECTORY);

	return fd < 0 || syscall(__NR_fchroot, fd, 0) || mkdir("/x", 0755) == 0 ||
	       access("/../inner", F_OK) == 0;
}

/* The descriptor that is passed in is no open directory. */
TEST_F(chroot, fchroot)
{
	const long before = counter("allowed");

	ASSERT_EQ(0, write_parameter("allow_open_directories", "0"));
	/* What comes after it is refused, as he is chrooted then. */
	EXPECT_EQ(EPERM, errno_of(".", fchroot_to_inner, true));
	EXPECT_EQ(before + 1, counter("allowed"));
}
#endif

TEST_F(chroot, root_is_asked_as_ever)
{
	const long before = counter("allowed");
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (pid == 0)
		_exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || chroot(".") ||
		      chroot("inner"));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	EXPECT_EQ(before, counter("allowed"));
}

TEST_HARNESS_MAIN
