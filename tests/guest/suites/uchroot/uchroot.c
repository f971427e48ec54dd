// SPDX-License-Identifier: GPL-2.0
/*
 * The tool: what it runs, as whom, what it leaves open, how it fails.
 */
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest.h"
#include "suites.h"
#include "tool.h"
#include "uchroot.h"

/* -- the program inside: what has become of this process? --------------------------- */

int tell_state_main(int argc, char **argv)
{
	char cwd[256] = "?";
	struct stat st;
	gid_t groups[32];
	int count = getgroups(COUNT(groups), groups);

	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	printf("uid=%u gid=%u groups=", geteuid(), getegid());
	for (int i = 0; i < count; i++)
		printf("%s%u", i ? "," : "", groups[i]);
	printf(" nnp=%d dirs=", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	for (int fd = 0; fd < 64; fd++)
		if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
			printf("%d,", fd);
	printf(" files=");
	for (int fd = 0; fd < 64; fd++)
		if (!fstat(fd, &st) && S_ISREG(st.st_mode))
			printf("%d,", fd);
	printf(" stdin=%s cwd=%s\n", fstat(0, &st) ? "closed" :
	       S_ISCHR(st.st_mode) ? "device" : "other",
	       getcwd(cwd, sizeof(cwd)) ? cwd : "none");
	return 0;
}

/* -- as whom -------------------------------------------------------------------------- */

START_TEST(user_gets_no_new_privs)
{
	const char *root = new_root();

	uchroot_open();
	become_user();
	RUN(0, "uid=1000 gid=1000 groups= nnp=1", root, PROGRAM);
	RUN(0, " cwd=/\n", root, PROGRAM);
}
END_TEST

START_TEST(root_keeps_its_rights_unless_asked)
{
	const char *root = new_root();

	uchroot_open();
	RUN(0, "uid=0 gid=0", root, PROGRAM);
	RUN(0, "nnp=0", root, PROGRAM);
	RUN(0, "nnp=1", "-n", root, PROGRAM);
}
END_TEST

START_TEST(root_becomes_somebody)
{
	const char *root = new_root();
	const gid_t own = 5;

	uchroot_open();
	must(!setgroups(1, &own));
	/* Not a group of root's is left. */
	RUN(0, "uid=1000 gid=1000 groups= nnp=0", "-u", "alice", root, PROGRAM);
	RUN(0, "uid=1000 gid=1000 groups= nnp=0", "-u", "1000", root, PROGRAM);
	RUN(0, "uid=1000 gid=2000 groups=", "-u", "alice", "-g", "chrooters", root,
	    PROGRAM);
	RUN(0, "uid=1000 gid=1000 groups=7,2000 nnp=1", "-nu", "alice", "-G",
	    "chrooters,7", root, PROGRAM);
	RUN(0, "uid=4711 gid=8 groups= nnp=0", "-u", "4711", "-g", "8", root, PROGRAM);
	RUN(0, "uid=0 gid=9 groups=5", "-g", "9", root, PROGRAM);
}
END_TEST

START_TEST(nobody_by_that_name)
{
	const char *root = new_root();

	uchroot_open();
	RUN(125, "no user 'mallory'", "-u", "mallory", root, PROGRAM);
	RUN(125, "no group 'mallory'", "-g", "mallory", root, PROGRAM);
	RUN(125, "no group 'mallory'", "-G", "5,mallory", root, PROGRAM);
	RUN(125, "name a group", "-u", "4711", root, PROGRAM);
	RUN(125, "no user '-1'", "-u", "-1", root, PROGRAM);
	RUN(125, "no user '4294967295'", "-u", "4294967295", root, PROGRAM);
}
END_TEST

START_TEST(user_becomes_nobody_else)
{
	const char *root = new_root();

	uchroot_open();
	become_user();
	RUN(125, "another user than you: that needs root", "-u", "root", root, PROGRAM);
	RUN(125, "another group than yours: that needs root", "-g", "chrooters", root, PROGRAM);
	RUN(125, "other supplementary groups than yours: that needs root", "-G", "5", root,
	    PROGRAM);
	RUN(0, "uid=1000 gid=1000", "-u", "alice", root, PROGRAM);
	RUN(0, "uid=1000 gid=1000", "-u", "alice", "-g", "alice", "-G", "", root, PROGRAM);
	RUN(0, "uid=1000 gid=1000", "-G", "1000", root, PROGRAM);
	RUN(0, "uid=1000 gid=1000", "--userspec=alice:1000", "--groups=", root, PROGRAM);
	RUN(0, "gid=1000", "-g", "1000", root, PROGRAM);
}
END_TEST

/* -- what stays open ---------------------------------------------------------------------- */

static void open_as(int number, const char *path, int flags)
{
	const int fd = open(path, flags);

	must(fd >= 0 && dup2(fd, number) == number);
	close(fd);
}

static void with_some_open(bool privileged, const char *dirs, const char *in)
{
	static struct ran ran;
	const char *root = new_root();
	const char *const arguments[] = { root, PROGRAM, NULL };

	open_as(20, "/tmp", O_RDONLY | O_DIRECTORY);
	open_as(21, "/", O_PATH);
	open_as(22, "/etc/passwd", O_RDONLY);
	must(dup2(20, STDIN_FILENO) == STDIN_FILENO);
	uchroot_open();
	if (!privileged)
		become_user();
	run_uchroot(&ran, 0, arguments);
	ck_assert_msg(ran.status == 0 && strstr(ran.output, dirs) &&
		      strstr(ran.output, "22, ") && strstr(ran.output, in),
		      "expected %s, 22 and %s, status %d: %s", dirs, in, ran.status, ran.output);
}

START_TEST(directories_stay_open_by_default)
{
	with_some_open(false, "dirs=0,20,21, ", "stdin=other");
}
END_TEST

START_TEST(directories_are_closed_where_they_are_refused)
{
	param_set("allow_open_directories", "0");
	with_some_open(false, "dirs= ", "stdin=device");
}
END_TEST

START_TEST(directories_of_root_stay_open)
{
	param_set("allow_open_directories", "0");
	with_some_open(true, "dirs=0,20,21, ", "stdin=other");
}
END_TEST

START_TEST(directories_of_root_are_closed_where_it_is_bound)
{
	param_set("allow_open_directories", "0");
	param_set("restrict_privileged", "Y");
	with_some_open(true, "dirs= ", "stdin=device");
}
END_TEST

/* -- status --------------------------------------------------------------------------------- */

START_TEST(status_is_the_commands_or_says_why)
{
	const char *root = new_root(), *script = path_in(root, "script");
	int fd;

	must((fd = open(script, O_CREAT | O_WRONLY, 0755)) >= 0);
	must(write(fd, "#!/none\n", 8) == 8);
	close(fd);
	uchroot_open();
	become_user();
	RUN(0, "", root, PROGRAM, "exit", "0");
	RUN(7, "", root, PROGRAM, "exit", "7");
	RUN(127, "No such file", root, "/nothing");
	RUN(127, "No such file", root, "nothing");
	RUN(127, "interpreter or loader is missing", root, "/script");
	RUN(126, "Permission denied", root, "/not-executable");
	RUN(125, "uchroot: /nowhere: No such file", "/nowhere", PROGRAM);
	RUN(125, "uchroot: /etc/passwd: Not a directory", "/etc/passwd", PROGRAM);
	RUN(125, "uchroot: /root: Permission denied", "/root", PROGRAM);
	RUN(125, "uchroot: /root: Permission denied", "/root/sub/sub", PROGRAM);
	RUN(125, "usage", "-x");
	RUN(125, "usage", "-n");
	RUN(125, "--json and --as-is say how to --explain", "--json", root);
	RUN(125, "uchroot: '': No such file or directory", "");
	RUN(0, "Exit status", "--help");
	RUN(0, "uchroot ", "--version");
	/* Options behind the new root are the command's. */
	RUN(0, "uid=1000", root, PROGRAM, "-u", "--explain");
}
END_TEST

START_TEST(without_a_command_it_is_the_shell)
{
	const char *root = new_root();

	uchroot_open();
	must(!setenv("SHELL", PROGRAM, 1));
	RUN(0, "uid=0", root);
	must(!setenv("SHELL", "", 1));
	RUN(127, "/bin/sh", root);
	must(!setenv("SHELL", "/bin/zsh", 1));
	RUN(127, "/bin/zsh (the shell that SHELL names", root);
	must(!unsetenv("SHELL"));
	RUN(127, "/bin/sh", root);
	must(!mkdir(path_in(root, "bin"), 0755));
	must(!link("/bin/busybox", path_in(root, "bin/sh")));
	RUN(0, "/bin/sh", root, "/bin/sh", "-c", "echo $0");
}
END_TEST

#define NO_DEVICE	" has no device /dev/null, which many programs need\n"

/* A line of its own, and the command runs as if it had not been said. */
START_TEST(missing_devices_are_missed)
{
	static struct ran ran;
	const char *root = new_root();
	const char *const arguments[] = { root, PROGRAM, "exit", "7", NULL };
	char line[256];

	snprintf(line, sizeof(line), "uchroot: %s" NO_DEVICE, root);
	uchroot_open();
	RUN(7, line, root, PROGRAM, "exit", "7");
	/* A file in its place is what grows. */
	must(!mkdir(path_in(root, "dev"), 0755));
	make_file(path_in(root, "dev/null"), 0666);
	RUN(7, line, root, PROGRAM, "exit", "7");
	/* It says so of what it enters alone. */
	run_uchroot(&ran, 0, (const char *const[]){ "--explain", root, NULL });
	ck_assert_msg(!strstr(ran.output, NO_DEVICE), "%s", ran.output);
	must(!unlink(path_in(root, "dev/null")));
	must(!mknod(path_in(root, "dev/null"), S_IFCHR | 0666, makedev(1, 3)));
	become_user();
	run_uchroot(&ran, 0, arguments);
	ck_assert_msg(ran.status == 7 && !*ran.output, "status %d: %s", ran.status, ran.output);
}
END_TEST

START_TEST(relative_names)
{
	const char *root = new_root();

	uchroot_open();
	become_user();
	must(!chdir("/tmp"));
	RUN(0, "cwd=/\n", strrchr(root, '/') + 1, PROGRAM);
	must(!chdir(root));
	RUN(0, "cwd=/\n", ".", PROGRAM);
	RUN(0, "cwd=/\n", ".", "." PROGRAM);
}
END_TEST

Suite *uchroot_suite(void)
{
	Suite *suite = suite_create("uchroot");
	TCase *tc = add_case(suite, "run");

	tcase_add_test(tc, user_gets_no_new_privs);
	tcase_add_test(tc, root_keeps_its_rights_unless_asked);
	tcase_add_test(tc, root_becomes_somebody);
	tcase_add_test(tc, nobody_by_that_name);
	tcase_add_test(tc, user_becomes_nobody_else);
	tcase_add_test(tc, status_is_the_commands_or_says_why);
	tcase_add_test(tc, without_a_command_it_is_the_shell);
	tcase_add_test(tc, missing_devices_are_missed);
	tcase_add_test(tc, relative_names);

	tc = add_case(suite, "directories");
	tcase_add_test(tc, directories_stay_open_by_default);
	tcase_add_test(tc, directories_are_closed_where_they_are_refused);
	tcase_add_test(tc, directories_of_root_stay_open);
	tcase_add_test(tc, directories_of_root_are_closed_where_it_is_bound);

	add_word_cases(suite);
	add_agreement_cases(suite);
	add_blind_cases(suite);
	add_example_cases(suite);
	return suite;
}
