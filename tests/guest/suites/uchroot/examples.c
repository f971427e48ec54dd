// SPDX-License-Identifier: GPL-2.0
/*
 * The examples in examples/ that lock themselves up: seen from outside while
 * they work, and with the result of their work.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "uchroot.h"

#define TESTS	"/usr/lib/uchroot-tests/"

static const char *const examples[] = {
	TESTS "self-sandbox", TESTS "self_sandbox.py",
};

/*
 * Directories that it must close, one of them where a limit that was lowered
 * afterwards says that no descriptor can be.
 */
static void leave_directories_open(void)
{
	struct rlimit limit;
	int fd = open("/tmp", O_RDONLY | O_DIRECTORY);

	must(fd >= 0 && !getrlimit(RLIMIT_NOFILE, &limit));
	must(limit.rlim_cur > 300 && dup2(fd, 300) == 300);
	limit.rlim_cur = 64;
	must(!setrlimit(RLIMIT_NOFILE, &limit));
}

/* The ends of pipes that the test keeps; instead of one, this descriptor. */
static pid_t start_example(const char *program, const char *root, int replaced,
			   int *input, int *output)
{
	int in[2], out[2];
	pid_t pid;

	must(!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC));
	pid = fork();
	must(pid >= 0);
	if (!pid) {
		leave_directories_open();
		must(dup2(in[0], 0) == 0 && dup2(out[1], 1) == 1 && dup2(1, 2) == 2);
		if (replaced >= 0)
			must(dup2(300, replaced) == replaced);
		become_user();
		execl(program, program, root, NULL);
		dprintf(1, "cannot execute %s: %m\n", program);
		_exit(99);
	}
	close(in[0]);
	close(out[1]);
	*input = in[1];
	*output = out[0];
	return pid;
}

static const char *link_of(pid_t pid, const char *what)
{
	static char target[2][256];
	static int which;
	char path[64], *text = target[which ^= 1];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	length = readlink(path, text, sizeof(target[0]) - 1);
	ck_assert_msg(length >= 0, "%s: %m", path);
	text[length] = '\0';
	return text;
}

/* Descriptors that are not 0, 1 and 2, wherever they are. */
static int others_open(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	int found = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	must(dir);
	while ((entry = readdir(dir)))
		found += entry->d_name[0] != '.' && atoi(entry->d_name) > 2;
	closedir(dir);
	return found;
}

static const char *answer(int output)
{
	static char text[1024];
	ssize_t length = read(output, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	return text;
}

START_TEST(locks_itself_up_and_works)
{
	const char *program = examples[_i], *root = make_dir("empty"), *said;
	int input, output, status;
	char status_file[64];
	pid_t pid;

	if (access(program, X_OK)) {
		skip("there is no python3 for this guest");
		return;
	}
	unsigned long long before = counter("allowed");

	pid = start_example(program, root, -1, &input, &output);
	said = answer(output);
	ck_assert_msg(!strcmp(said, "confined\n"), "%s: expected \"confined\": %s", program,
		      said);

	ck_assert_str_eq(link_of(pid, "root"), root);
	ck_assert_str_eq(link_of(pid, "cwd"), root);
	snprintf(status_file, sizeof(status_file), "/proc/%d/status", pid);
	ck_assert(strstr(file_read(status_file), "NoNewPrivs:\t1\n"));
	ck_assert_uint_eq(counter("allowed"), before + 1);
	/* 0, 1 and 2 are pipes, and there is nothing else. */
	for (int fd = 0; fd < 3; fd++) {
		char name[16];

		snprintf(name, sizeof(name), "fd/%d", fd);
		ck_assert(!strncmp(link_of(pid, name), "pipe:", 5));
	}
	ck_assert_msg(!others_open(pid), "%s: other descriptors are open", program);

	must(write(input, "one\ntwo\nthree\n", 14) == 14);
	close(input);
	said = answer(output);
	ck_assert_msg(!strcmp(said, "3 lines\n"), "%s: expected 3 lines: %s", program, said);
	must(waitpid(pid, &status, 0) == pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* Where the call is refused it must not go on unconfined. */
START_TEST(does_not_go_on_unconfined)
{
	const char *program = examples[_i], *root = make_dir("empty");
	int input, output, status;
	pid_t pid;

	if (access(program, X_OK)) {
		skip("there is no python3 for this guest");
		return;
	}
	param_set("enabled", "N");
	pid = start_example(program, root, -1, &input, &output);
	close(input);
	ck_assert(!strstr(answer(output), "confined"));
	must(waitpid(pid, &status, 0) == pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %#x", status);
}
END_TEST

/*
 * Not even one of those that it keeps may be a directory. Python says so before
 * it runs the example, which has its test on the host: tests/unit.
 */
START_TEST(keeps_no_directory)
{
	const char *program = examples[_i / 3], *root = make_dir("empty"), *said;
	int input, output, status, replaced = _i % 3;
	pid_t pid;

	if (access(program, X_OK)) {
		skip("there is no python3 for this guest");
		return;
	}
	unsigned long long before = counter_sum();

	pid = start_example(program, root, replaced, &input, &output);
	close(input);
	must(waitpid(pid, &status, 0) == pid);
	said = answer(output);
	/* What there is to say of 2 cannot be said. */
	ck_assert_msg(replaced == 2 || strcasestr(said, "is a directory"), "%s: %d: %s",
		      program, replaced, said);
	ck_assert(!strstr(said, "confined"));
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %#x", status);
	ck_assert_uint_eq(counter_sum(), before);
}
END_TEST

void add_example_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "examples");

	tcase_add_loop_test(tc, locks_itself_up_and_works, 0, COUNT(examples));
	tcase_add_loop_test(tc, keeps_no_directory, 0, 3 * COUNT(examples));
	tcase_add_loop_test(tc, does_not_go_on_unconfined, 0, COUNT(examples));
}
