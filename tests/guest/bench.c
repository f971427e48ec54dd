// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs without the module, with it, and without it again. In a
 * guest that counts instructions (QEMU's -icount shift=0) a nanosecond is one.
 *
 * Fails when somebody pays who is not served, or pays still afterwards.
 */
#include <spawn.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "program.h"

/* Short rounds: the least of them saw no timer interrupt. */
#define ROUNDS		25
#define CALLS		200
#define WARM_UP		500

#define STRICT_PARAMETER \
	"/sys/module/" MODULE_NAME "/parameters/allow_open_directories"
#define FEW	64
#define MANY	4096
#define DESCRIPTOR_LIMIT	6

/* -- what is measured ------------------------------------------------------- */

static void get_parent(void)
{
	syscall(SYS_getppid);
}

/*
 * The nearest relative of chroot: lookup, permission, fs_struct. A lookup of
 * a name would depend on the dentry cache, which loading a module changes.
 */
static void change_directory(void)
{
	if (chdir("/"))
		die("chdir");
}

static void change_root(void)
{
	syscall(SYS_chroot, "/");
}

static void nothing(void)
{
}

static void user(void)
{
	be_user(false);
}

static void served_user(void)
{
	be_user(true);
}

static void served_user_in_jail(void)
{
	if (chroot("/tmp") || chdir("/"))
		die("cannot make a jail");
	be_user(true);
}

/* None of them a directory, but the module has to look at each. */
static void with_descriptors(int count)
{
	const struct rlimit limit = { MANY + 16, MANY + 16 };
	const int parameter = open(STRICT_PARAMETER, O_WRONLY | O_CLOEXEC);
	const int file = open("/dev/null", O_RDONLY);
	int i;

	/* Without the module there is nothing to set. */
	if (parameter >= 0 && write(parameter, "0", 1) != 1)
		die("cannot set %s", STRICT_PARAMETER);
	close(parameter);
	if (setrlimit(RLIMIT_NOFILE, &limit) || file < 0)
		die("cannot open descriptors");
	for (i = file + 1; i < count; i++)
		if (dup(file) < 0)
			die("dup");
	be_user(true);
}

static void few_descriptors(void)
{
	with_descriptors(FEW);
}

static void many_descriptors(void)
{
	with_descriptors(MANY);
}

static void root_no_new_privs(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("cannot set no_new_privs");
}

#define ANY	-1

static const struct subject {
	const char *name, *text;
	void (*become)(void);
	void (*call)(void);
	int limit;		/* more instructions with the module, or ANY */
} subjects[] = {
	{ "getppid", "getppid()", nothing, get_parent, 1 },
	{ "chdir", "chdir()", nothing, change_directory, 1 },
	{ "root", "chroot by root", nothing, change_root, 60 },
	{ "root_no_new_privs", "chroot by root with no_new_privs",
	  root_no_new_privs, change_root, 60 },
	{ "user", "chroot by a user, not served", user, change_root, 60 },
	{ "refused", "chroot by a served user, refused", served_user_in_jail,
	  change_root, ANY },
	{ "granted", "chroot by a served user, granted", served_user,
	  change_root, ANY },
	/* The last two, as they leave a parameter changed. */
	{ "few", "the same, 64 descriptors looked at", few_descriptors,
	  change_root, ANY },
	{ "many", "the same, 4096 descriptors looked at", many_descriptors,
	  change_root, ANY },
};

#define SUBJECTS	((int)(sizeof(subjects) / sizeof(subjects[0])))

/* -- measuring -------------------------------------------------------------- */

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000 + time.tv_nsec;
}

static double fastest_round(void (*call)(void))
{
	long start, took, least = 0;
	int round, i;

	for (i = 0; i < WARM_UP; i++)
		call();
	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < CALLS; i++)
			call();
		took = now() - start;
		if (!round || took < least)
			least = took;
	}
	return (double)least / CALLS;
}

/* Each in a process of its own: there is no way back from a root or a uid. */
static double measure(const struct subject *subject)
{
	double cost;
	int result[2], status;
	pid_t pid;

	if (pipe(result))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		subject->become();
		cost = fastest_round(subject->call);
		_exit(write(result[1], &cost, sizeof(cost)) != sizeof(cost));
	}
	close(result[1]);
	if (read(result[0], &cost, sizeof(cost)) != sizeof(cost) ||
	    waitpid(pid, &status, 0) != pid || status)
		die("no measurement of %s", subject->name);
	close(result[0]);
	return cost;
}

static void measure_all(double costs[SUBJECTS])
{
	int i;

	for (i = 0; i < SUBJECTS; i++)
		costs[i] = measure(&subjects[i]);
}

/* -- judging ---------------------------------------------------------------- */

static int failures;

static void judge(const struct subject *subject, double stock, double loaded,
		  double after)
{
	if (subject->limit != ANY && loaded - stock > subject->limit) {
		printf("not ok %s pays %.1f more with the module, the limit is %d\n",
		       subject->name, loaded - stock, subject->limit);
		failures++;
	}
	if (after - stock > 1) {
		printf("not ok %s pays %.1f more after the module is gone\n",
		       subject->name, after - stock);
		failures++;
	}
}

static void judge_descriptors(const double loaded[SUBJECTS])
{
	const double each = (loaded[SUBJECTS - 1] - loaded[SUBJECTS - 2]) /
			    (MANY - FEW);

	printf("cost descriptor %.2f\n", each);
	if (each > DESCRIPTOR_LIMIT || each < 1) {
		printf("not ok an open descriptor costs %.2f, expected 1 to %d\n",
		       each, DESCRIPTOR_LIMIT);
		failures++;
	}
}

/* -- starting a program in another root ------------------------------------- */

#define STARTS		20
#define START_LIMIT	1200000
#define NEW_ROOT	"/tmp/bench"

static const char *const plain_start[] = { NEW_ROOT "/true", NULL };
static const char *const uchroot_start[] = {
	"/usr/lib/uchroot-tests/uchroot", NEW_ROOT, "/true", NULL
};

/* From before the fork until its end has been seen: the least of some. */
static long start_cost(const char *const *command)
{
	long start, took, least = 0;
	int round, status;
	pid_t pid;

	for (round = 0; round < STARTS; round++) {
		start = now();
		if (posix_spawn(&pid, command[0], NULL, NULL,
				(char *const *)command, environ) ||
		    waitpid(pid, &status, 0) != pid || status)
			die("cannot run %s", command[0]);
		took = now() - start;
		if (!round || took < least)
			least = took;
	}
	return least;
}

/* By a user, with the module loaded. */
static void measure_starts(void)
{
	long plain, changed;

	if (mkdir(NEW_ROOT, 0755) || link("/bin/busybox", NEW_ROOT "/true"))
		die("cannot make a root");
	be_user(false);
	plain = start_cost(plain_start);
	changed = start_cost(uchroot_start);
	printf("instructions to start and end: busybox true %ld, uchroot and that %ld\n",
	       plain, changed);
	printf("cost start %ld %ld %ld\n", plain, changed, changed - plain);
	if (changed > START_LIMIT) {
		printf("not ok uchroot takes %ld, the limit is %d\n", changed,
		       START_LIMIT);
		_exit(1);
	}
	fflush(stdout);
	_exit(0);
}

static void starts(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		measure_starts();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	if (status)
		failures++;
}

int main(void)
{
	double stock[SUBJECTS], loaded[SUBJECTS], after[SUBJECTS];
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The first pass pays for what happens once, such as a dentry. */
	measure_all(stock);
	measure_all(stock);
	load_module();
	measure_all(loaded);
	starts();
	if (unload_module())
		die("cannot unload the module");
	measure_all(after);

	printf("%-36s %10s %10s %10s %10s\n", "instructions per call", "stock",
	       "loaded", "more", "unloaded");
	for (i = 0; i < SUBJECTS; i++)
		printf("%-36s %10.1f %10.1f %+10.1f %10.1f\n",
		       subjects[i].text, stock[i], loaded[i],
		       loaded[i] - stock[i], after[i]);
	for (i = 0; i < SUBJECTS; i++)
		printf("cost %s %.1f %.1f %.1f\n", subjects[i].name, stock[i],
		       loaded[i], loaded[i] - stock[i]);
	for (i = 0; i < SUBJECTS; i++)
		judge(&subjects[i], stock[i], loaded[i], after[i]);
	judge_descriptors(loaded);
	return failures ? 1 : 0;
}
