// SPDX-License-Identifier: GPL-2.0
/*
 * One lookup, one object: what was checked is what becomes the root, whatever
 * happens to the path meanwhile; and the policy is judged on what is true
 * after the lookup, however long that took.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "chroot.h"
#include "guest.h"

/* -- the name changes during the call -------------------------------------------- */

#define RACE_SECONDS	3
/* Where emulated processors take turns, a round may take a turn: 60 ms on ppc64el. */
#define MIN_ROUNDS	100

/* Descriptors of the root, which is granted, and of a detached mount, which is not. */
#define FD_GRANTED	40
#define FD_REFUSED	41

static void open_both(void)
{
	const char *point = make_dir("mnt");

	must(dup2(open("/", O_PATH), FD_GRANTED) == FD_GRANTED);
	mount_tmpfs(point);
	must(dup2(open(point, O_PATH), FD_REFUSED) == FD_REFUSED);
	must(umount2(point, MNT_DETACH) == 0);
}

/* The path in memory that another process writes: one byte decides. */
static char *shared_path;

static void flip_bytes(void)
{
	volatile char *last = shared_path + strlen(shared_path) - 1;

	for (;;)
		*last = *last == '0' ? '1' : '0';
}

static const char *prepare_bytes(void)
{
	shared_path = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared_path != MAP_FAILED);
	/* Long to walk, so that the change falls between the looks at it. */
	for (int i = 0; i < 60; i++)
		strcat(shared_path, "/proc/..");
	sprintf(shared_path + strlen(shared_path), "/proc/self/fd/%d", FD_GRANTED);
	return shared_path;
}

/* A symbolic link that another process exchanges. */
static const char *link_a, *link_b;

static void flip_link(void)
{
	for (;;)
		renameat2(AT_FDCWD, link_a, AT_FDCWD, link_b, RENAME_EXCHANGE);
}

static const char *prepare_link(void)
{
	const char *dir = make_dir("links");
	char target[32];

	link_a = path_in(dir, "a");
	link_b = path_in(dir, "b");
	snprintf(target, sizeof(target), "/proc/self/fd/%d", FD_GRANTED);
	must(symlink(target, link_a) == 0);
	snprintf(target, sizeof(target), "/proc/self/fd/%d", FD_REFUSED);
	must(symlink(target, link_b) == 0);
	return link_a;
}

static const struct {
	const char *name;
	const char *(*prepare)(void);
	void (*flip)(void);
} races[] = {
	{ "bytes of the path", prepare_bytes, flip_bytes },
	{ "symbolic link", prepare_link, flip_link },
};

/* Not a thread: that would share the fs_struct. */
static pid_t start_flipping(void (*flip)(void))
{
	pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		flip();
	}
	return pid;
}

static void stat_root(struct stat *st)
{
	must(stat("/", st) == 0);
}

START_TEST(what_was_checked_becomes_the_root)
{
	unsigned long granted = 0, refused = 0;
	struct stat root, now;
	const char *path;
	time_t end;

	open_both();
	path = races[_i].prepare();
	stat_root(&root);
	start_flipping(races[_i].flip);
	become_served_user();

	end = time(NULL) + RACE_SECONDS;
	while (granted + refused < MIN_ROUNDS || time(NULL) < end) {
		int result = sys_chroot(path);

		ck_assert_msg(result == 0 || result == -EPERM,
			      "%s: errno %d, expected 0 or EPERM", races[_i].name, -result);
		*(result ? &refused : &granted) += 1;
		stat_root(&now);
		ck_assert_msg(now.st_dev == root.st_dev && now.st_ino == root.st_ino,
			      "%s: the refused directory has become the root after %lu rounds",
			      races[_i].name, granted + refused);
	}
	printf("# %s: %lu granted, %lu refused in %ld s\n", races[_i].name, granted, refused,
	       (long)(time(NULL) - end + RACE_SECONDS));
	fflush(stdout);
	ck_assert_msg(granted && refused, "%s: granted %lu, refused %lu: there was no race",
		      races[_i].name, granted, refused);
}
END_TEST

/* -- the caller changes during the call ------------------------------------------- */

/* A page that is not there until another process supplies it. */
struct stall {
	char *page;
	int uffd;
	/* What that process does before: clone flags it lives with, and the act. */
	unsigned long clone_flags;
	void (*act)(void);
};

static void open_directory_and_leave(void)
{
	open("/", O_RDONLY);
	unshare(CLONE_FILES);
}

static void leave_files(void)
{
	unshare(CLONE_FILES);
}

static void move_cwd_and_leave(void)
{
	if (chdir("/proc") == 0)
		unshare(CLONE_FS);
}

static void leave_fs(void)
{
	unshare(CLONE_FS);
}

static const struct {
	const char *name;
	unsigned long clone_flags;
	void (*act)(void);
	const char *open_directories, *cwd_beneath;
	const char *counter;
} stalls[] = {
	{ "a peer opens a directory and leaves", CLONE_FILES, open_directory_and_leave,
	  "0", "0", "refused_open_directory" },
	{ "a peer leaves the descriptor table", CLONE_FILES, leave_files,
	  "0", "0", "allowed" },
	{ "a peer moves the working directory and leaves", CLONE_FS, move_cwd_and_leave,
	  "1", "2", "refused_cwd_outside" },
	{ "a peer leaves the fs_struct", CLONE_FS, leave_fs,
	  "1", "2", "allowed" },
};

static void open_stall(struct stall *stall)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	stall->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(stall->page != MAP_FAILED);
	stall->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	must(stall->uffd >= 0);
	must(ioctl(stall->uffd, UFFDIO_API, &api) == 0);
	range.range.start = (unsigned long)stall->page;
	range.range.len = 4096;
	must(ioctl(stall->uffd, UFFDIO_REGISTER, &range) == 0);
}

static void supply(struct stall *stall, const char *path)
{
	static char content[4096];
	struct uffdio_copy copy = {
		.dst = (unsigned long)stall->page,
		.src = (unsigned long)content,
		.len = sizeof(content),
	};
	struct uffd_msg message;

	strcpy(content, path);
	if (read(stall->uffd, &message, sizeof(message)) != sizeof(message))
		_exit(1);
	/* The caller sits in its lookup now. */
	stall->act();
	ioctl(stall->uffd, UFFDIO_COPY, &copy);
	for (;;)
		pause();
}

START_TEST(the_policy_is_judged_after_the_lookup)
{
	const char *path = make_dir("stall");
	unsigned long long before;
	struct stall stall = { .act = stalls[_i].act };
	int result;
	pid_t pid;

	param_set("allow_open_directories", stalls[_i].open_directories);
	param_set("require_cwd_beneath", stalls[_i].cwd_beneath);
	must(chdir(path) == 0);
	open_stall(&stall);
	become_served_user();
	pid = fork_with(stalls[_i].clone_flags);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		supply(&stall, path);
	}

	before = counter(stalls[_i].counter);
	result = sys_chroot(stall.page);
	ck_assert_msg(counter(stalls[_i].counter) == before + 1,
		      "%s: result %d, expected %s to have grown", stalls[_i].name, result,
		      stalls[_i].counter);
	ck_assert_int_eq(result, strcmp(stalls[_i].counter, "allowed") ? -EPERM : 0);
}
END_TEST

void add_race_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "races");

	tcase_add_loop_test(tc, what_was_checked_becomes_the_root, 0, COUNT(races));
	tcase_add_loop_test(tc, the_policy_is_judged_after_the_lookup, 0, COUNT(stalls));
}
