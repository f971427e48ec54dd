// SPDX-License-Identifier: GPL-2.0
/*
 * No privilege comes out of a served call: not from the call itself, and not
 * from a program below the new root that the caller could fill as it likes.
 */
#include <endian.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"
#include "hook.h"
#include "suites.h"

/* The program inside the new root: who am I, and what may I do? */
int print_ids_main(int argc, char **argv)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	(void)argc;
	(void)argv;
	if (syscall(SYS_capget, &header, data))
		return 1;
	printf("%u %u %x\n", geteuid(), getegid(), data[0].effective);
	return 0;
}

struct ids {
	unsigned int euid, egid, capabilities;
};

static void no_change(const char *program)
{
	(void)program;
}

static void make_setuid(const char *program)
{
	must(chmod(program, 04755) == 0);
}

static void make_setgid(const char *program)
{
	must(chmod(program, 02755) == 0);
}

static void give_capability(const char *program)
{
	struct vfs_cap_data caps = {
		.magic_etc = htole32(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE),
		.data[0].permitted = htole32(1U << CAP_SYS_CHROOT),
	};

	must(setxattr(program, "security.capability", &caps, sizeof(caps), 0) == 0);
}

static const struct {
	const char *name;
	void (*prepare)(const char *program);
	/* What an ordinary user without no_new_privs gains from it. */
	struct ids gain;
} programs[] = {
	{ "plain", no_change, { TEST_UID, TEST_GID, 0 } },
	{ "set-user-ID root", make_setuid, { 0, TEST_GID, ~0U } },
	{ "set-group-ID root", make_setgid, { TEST_UID, 0, 0 } },
	{ "file capability", give_capability, { TEST_UID, TEST_GID, 1U << CAP_SYS_CHROOT } },
};

/* The test program, as a file below the new root. */
static const char *new_root_with_program(void)
{
	const char *root = make_dir("exec");
	const char *program = path_in(root, "print-ids");
	struct stat st;
	int from, to;

	/* Of a kind that keeps extended attributes. */
	mount_tmpfs(root);
	from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	must(from >= 0);
	must(fstat(from, &st) == 0);
	to = open(program, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	must(to >= 0);
	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	must(fstat(to, &st) == 0);
	ck_assert_msg(st.st_size == lseek(from, 0, SEEK_END), "the copy is not whole");
	close(from);
	must(close(to) == 0);
	return root;
}

struct run {
	const char *root;
	bool served;
	int out;
};

static int run_program(void *data)
{
	const struct run *run = data;
	int error;

	if (run->served)
		become_served_user();
	error = sys_chroot(run->root);
	if (!run->served)
		become_user();
	if (error || chdir("/"))
		return 3;
	dup2(run->out, STDOUT_FILENO);
	execl("/print-ids", "print-ids", NULL);
	return 4;
}

static struct ids ids_inside(const char *root, bool served)
{
	struct run run = { .root = root, .served = served };
	char text[64] = "";
	struct ids ids;
	int fds[2], status;

	must(pipe2(fds, O_CLOEXEC) == 0);
	run.out = fds[1];
	status = in_child(run_program, &run);
	ck_assert_msg(status == 0, "program inside the root: status %d "
		      "(3: chroot failed, 4: exec failed)", status);
	must(read(fds[0], text, sizeof(text) - 1) > 0);
	ck_assert_int_eq(sscanf(text, "%u %u %x", &ids.euid, &ids.egid,
				&ids.capabilities), 3);
	close(fds[0]);
	close(fds[1]);
	return ids;
}

START_TEST(programs_inside_gain_nothing)
{
	const struct ids *gain = &programs[_i].gain;
	const char *root = new_root_with_program();
	struct ids ids;

	programs[_i].prepare(path_in(root, "print-ids"));

	/* First that the program would gain something, or this proves nothing. */
	ids = ids_inside(root, false);
	ck_assert_uint_eq(ids.euid, gain->euid);
	ck_assert_uint_eq(ids.egid, gain->egid);
	ck_assert_uint_eq(ids.capabilities & (1U << CAP_SYS_CHROOT),
			  gain->capabilities & (1U << CAP_SYS_CHROOT));

	ids = ids_inside(root, true);
	ck_assert_msg(ids.euid == TEST_UID && ids.egid == TEST_GID && !ids.capabilities,
		      "%s: expected uid %d, gid %d, no capability, got %u, %u, %#x",
		      programs[_i].name, TEST_UID, TEST_GID, ids.euid, ids.egid,
		      ids.capabilities);
}
END_TEST

/* -- what the kernel says of the caller -------------------------------------- */

#define PF_SUPERPRIV	0x100

static unsigned int task_flags(int stat_fd)
{
	unsigned int flags = 0;
	char text[512];
	ssize_t n = pread(stat_fd, text, sizeof(text) - 1, 0);

	must(n > 0);
	text[n] = '\0';
	/* pid (comm) state ppid pgrp session tty_nr tpgid flags */
	ck_assert_int_eq(sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %u",
				&flags), 1);
	return flags;
}

static int open_stat(void)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	must(fd >= 0);
	/* fork() clears the flag, so this process begins without it. */
	ck_assert_msg(!(task_flags(fd) & PF_SUPERPRIV), "PF_SUPERPRIV set too early");
	return fd;
}

static void served_sets_no_superpriv(void *path)
{
	int fd = open_stat();

	expect_granted(path);
	expect_refused("/", "nested");
	ck_assert_msg(!(task_flags(fd) & PF_SUPERPRIV),
		      "a served call says that it used privilege");
}

static void privileged_sets_superpriv(void *path)
{
	int fd = open_stat();

	expect_stock(path, 0);
	ck_assert_msg(task_flags(fd) & PF_SUPERPRIV,
		      "the kernel's own call did not record that it used privilege");
}

START_TEST(superpriv_is_recorded_for_the_privileged_only)
{
	const char *path = make_dir("superpriv");

	check_in_child(privileged_sets_superpriv, (void *)path);
	become_served_user();
	check_each_entry(served_sets_no_superpriv, (void *)path);
}
END_TEST

static const char *const credential_lines[] = {
	"Uid:", "Gid:", "Groups:", "NoNewPrivs:", "Seccomp:",
	"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:",
};

static void read_all(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	must(n > 0);
	text[n] = '\0';
}

static void check_line(const char *before, const char *after, const char *key)
{
	const char *a = strstr(before, key), *b = strstr(after, key);
	size_t length;

	ck_assert_msg(a && b, "/proc/self/status has no %s", key);
	length = strcspn(a, "\n");
	ck_assert_msg(length == strcspn(b, "\n") && !strncmp(a, b, length),
		      "expected %.*s, got %.*s", (int)length, a,
		      (int)strcspn(b, "\n"), b);
}

static void credentials_stay(void *path)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	char before[4096], after[4096];

	must(fd >= 0);
	read_all(fd, before, sizeof(before));
	expect_granted(path);
	read_all(fd, after, sizeof(after));
	ck_assert_msg(strstr(after, "CapEff:\t0000000000000000\n"),
		      "a capability is left after the call");
	for (int i = 0; i < COUNT(credential_lines); i++)
		check_line(before, after, credential_lines[i]);

	expect_refused("/", "nested");
	read_all(fd, after, sizeof(after));
	for (int i = 0; i < COUNT(credential_lines); i++)
		check_line(before, after, credential_lines[i]);
}

START_TEST(credentials_do_not_change)
{
	const char *path = make_dir("credentials");

	become_served_user();
	check_each_entry(credentials_stay, (void *)path);
}
END_TEST

void add_exec_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "privilege");

	tcase_add_loop_test(tc, programs_inside_gain_nothing, 0, COUNT(programs));
	tcase_add_test(tc, superpriv_is_recorded_for_the_privileged_only);
	tcase_add_test(tc, credentials_do_not_change);
}
