// SPDX-License-Identifier: GPL-2.0
/*
 * Which descriptors count as an open directory, under which value of
 * allow_open_directories, chrooted or not.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "open_dirs.h"

static void none(void)
{
}

static void plain(void)
{
	open_dir(0);
}

static void path_only(void)
{
	open_dir(O_PATH);
}

static void close_on_exec(void)
{
	open_dir(O_CLOEXEC);
}

static void duplicated(void)
{
	int fd = open_dir(0);

	must(dup(fd) >= 0);
	must(close(fd) == 0);
}

static void closed_again(void)
{
	must(close(open_dir(0)) == 0);
	must(close(open_dir(O_PATH)) == 0);
}

static void standard_input(void)
{
	dir_at(0);
}

static void standard_output(void)
{
	dir_at(1);
}

static void standard_error(void)
{
	dir_at(2);
}

/* The descriptors in a table of 64, and where it has to grow. */
static void at_63(void)
{
	dir_at(63);
}

static void at_64(void)
{
	dir_at(64);
}

static void at_255(void)
{
	dir_at(255);
}

static void at_256(void)
{
	dir_at(256);
}

static void at_1024(void)
{
	dir_at(1024);
}

static void at_70000(void)
{
	dir_at(70000);
}

static void after_holes(void)
{
	for (int fd = 100; fd < 200; fd += 7)
		must(dup2(1, fd) == fd);
	dir_at(195);
	for (int fd = 100; fd < 190; fd += 14)
		close(fd);
}

static void empty_table(void)
{
	/* Not the held files, which the counters need; all else. */
	close_all();
	for (int fd = 0; fd < 3; fd++)
		close(fd);
}

static void only_holes_above(void)
{
	dir_at(300);
	must(close(300) == 0);
}

static void removed(void)
{
	const char *dir = make_dir("removed");

	must(open(dir, O_RDONLY) >= 0);
	must(rmdir(dir) == 0);
}

static void of_another_file_system(void)
{
	must(open("/proc/self", O_RDONLY) >= 0);
}

static void tree(void)
{
	must(syscall(SYS_open_tree, AT_FDCWD, "/tmp", 0) >= 0);
}

static void passed(bool receive)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int pair[2], fd = open_dir(0);
	static char byte[1];

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	must(sendmsg(pair[0], &message, 0) == 1);
	must(close(fd) == 0);
	if (receive) {
		iov.iov_base = byte;
		must(recvmsg(pair[1], &message, 0) == 1);
	}
}

/* What the check cannot see, and the documentation says so. */
static void in_flight(void)
{
	passed(false);
}

static void received(void)
{
	passed(true);
}

static void not_directories(void)
{
	const char *file = path_in(make_dir("files"), "file"), *link;
	int fds[2];

	make_file(file, 0644);
	must(open(file, O_RDWR) >= 0);
	must(open(file, O_PATH) >= 0);
	link = path_in(make_dir("files"), "link");
	must(symlink("/", link) == 0);
	must(open(link, O_PATH | O_NOFOLLOW) >= 0);
	must(open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0 || errno == EOPNOTSUPP);
	must(open("/dev/null", O_RDWR) >= 0);
	must(open("/proc/self/ns/mnt", O_RDONLY) >= 0);
	must(pipe(fds) == 0);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	must(epoll_create1(0) >= 0);
	must(memfd_create("file", 0) >= 0);
	must(syscall(SYS_pidfd_open, getpid(), 0) >= 0);
}

static void directory_among_others(void)
{
	not_directories();
	plain();
	not_directories();
}

static const struct {
	const char *name;
	void (*open)(void);
	bool directory;
} kinds[] = {
	{ "none", none, false },
	{ "plain", plain, true },
	{ "O_PATH", path_only, true },
	{ "O_CLOEXEC", close_on_exec, true },
	{ "duplicated, the first closed", duplicated, true },
	{ "closed again", closed_again, false },
	{ "descriptor 0", standard_input, true },
	{ "descriptor 1", standard_output, true },
	{ "descriptor 2", standard_error, true },
	{ "descriptor 63", at_63, true },
	{ "descriptor 64", at_64, true },
	{ "descriptor 255", at_255, true },
	{ "descriptor 256", at_256, true },
	{ "descriptor 1024", at_1024, true },
	{ "descriptor 70000", at_70000, true },
	{ "after holes", after_holes, true },
	{ "empty table", empty_table, false },
	{ "only holes above", only_holes_above, false },
	{ "removed directory", removed, true },
	{ "directory of /proc", of_another_file_system, true },
	{ "open_tree", tree, true },
	{ "in flight in a socket", in_flight, false },
	{ "received from a socket", received, true },
	{ "regular file, pipe, socket...", not_directories, false },
	{ "a directory among others", directory_among_others, true },
};

/* FreeBSD's words: 0 never, 1 not when already chrooted, any other no check. */
static const struct {
	const char *value;
	bool unchrooted, chrooted;	/* whether the check applies */
} values[] = {
	{ "0", true, true },
	{ "1", false, true },
	{ "2", false, false },
	{ "-1", false, false },
	{ "2147483647", false, false },
	{ "-2147483648", false, false },
};

static void check_kind(void *data)
{
	const int *index = data;
	const int value = index[1];
	const bool chrooted = index[2];
	const bool applies = chrooted ? values[value].chrooted : values[value].unchrooted;
	struct rlimit limit = { .rlim_cur = 100000, .rlim_max = 100000 };
	const char *path;

	note("%s, allow_open_directories=%s, chrooted: %d", kinds[index[0]].name,
	     values[value].value, chrooted);
	must(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	param_set("allow_open_directories", values[value].value);
	kinds[index[0]].open();
	path = enter_place(chrooted);
	become_served_user();
	expect_verdict(path, applies && kinds[index[0]].directory ? "open_directory" : NULL);
}

START_TEST(kind_of_descriptor)
{
	for (int value = 0; value < COUNT(values); value++) {
		for (int chrooted = 0; chrooted < 2; chrooted++) {
			int index[] = { _i, value, chrooted };

			check_in_child(check_kind, index);
		}
	}
}
END_TEST

void add_kind_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "kinds");

	tcase_add_loop_test(tc, kind_of_descriptor, 0, COUNT(kinds));
}
