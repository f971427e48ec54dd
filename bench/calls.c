// SPDX-License-Identifier: GPL-2.0
/*
 * What a call costs without the module, with it, and without it again.
 *
 * Fails when somebody pays who has nothing to do with chroot, or pays still
 * after the module is gone.
 */
#include <sys/wait.h>

#include "bench.h"

/* Short rounds: the least of them saw no timer interrupt. */
static const struct effort short_calls = { 25, 200, 500 };
static const struct effort very_short_calls = { 200, 16, 500 };
static const struct effort long_calls = { 25, 4, 20 };

#define FEW 64
#define MANY 4096

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

static void open_and_close(void)
{
	close(open("/", O_PATH));
}

static void clone_and_wait(void)
{
	const pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void execute(void)
{
	static const char *const command[] = { "/bin/busybox", "true", NULL };

	cost_of_command(command, 1);
}

static void root_no_new_privs(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("cannot set no_new_privs");
}

static void few_descriptors(void)
{
	open_descriptors(FEW);
	be_served();
}

static void many_descriptors(void)
{
	open_descriptors(MANY);
	be_served();
}

/* Who has nothing to do with chroot pays nothing. */
#define NOTHING 1
#define ANY -1

static const struct subject {
	const char *name, *text;
	void (*become)(void);
	void (*call)(void);
	const struct effort *effort;
	int limit; /* more instructions with the module, or ANY */
	const char *parameter, *value, *usual;
} subjects[] = {
	{ "getppid", "getppid()", nothing, get_parent, &short_calls, NOTHING,
	  NULL, NULL, NULL },
	{ "chdir", "chdir()", nothing, change_directory, &short_calls, NOTHING,
	  NULL, NULL, NULL },
	{ "open", "open() and close()", nothing, open_and_close,
	  &very_short_calls, ANY, NULL, NULL, NULL },
	{ "clone", "fork() and exit", nothing, clone_and_wait, &long_calls, ANY,
	  NULL, NULL, NULL },
	{ "execve", "the same with execve()", nothing, execute, &long_calls,
	  ANY, NULL, NULL, NULL },
	{ "root", "chroot by root", nothing, change_root, &short_calls, ANY,
	  NULL, NULL, NULL },
	{ "root_no_new_privs", "chroot by root with no_new_privs",
	  root_no_new_privs, change_root, &short_calls, ANY, NULL, NULL, NULL },
	{ "user", "chroot by a user, not served", be_unserved, change_root,
	  &short_calls, ANY, NULL, NULL, NULL },
	{ "refused", "chroot by a user, refused, log=0", served_in_jail,
	  change_root, &short_calls, ANY, "log", "0", "1" },
	{ "refused_log", "the same, log=1 beyond the limit", served_in_jail,
	  change_root, &short_calls, ANY, NULL, NULL, NULL },
	{ "granted", "chroot by a user, granted", be_served, change_root,
	  &short_calls, ANY, NULL, NULL, NULL },
	{ "few", "the same, 64 descriptors looked at", few_descriptors,
	  change_root, &short_calls, ANY, "allow_open_directories", "0", "1" },
	{ "many", "the same, 4096 descriptors looked at", many_descriptors,
	  change_root, &short_calls, ANY, "allow_open_directories", "0", "1" },
};

#define SUBJECTS ((int)(sizeof(subjects) / sizeof(subjects[0])))

static double stock[SUBJECTS], loaded[SUBJECTS], after[SUBJECTS];

static void measure_all(double costs[SUBJECTS])
{
	const struct subject *subject;
	int i;

	for (i = 0; i < SUBJECTS; i++) {
		subject = &subjects[i];
		if (subject->parameter)
			set_parameter(subject->parameter, subject->value);
		costs[i] = cost_of(subject->become, subject->call,
				   subject->effort);
		if (subject->parameter)
			set_parameter(subject->parameter, subject->usual);
	}
}

static bool judge(int i)
{
	const struct subject *subject = &subjects[i];
	bool good = true;

	if (subject->limit != ANY && loaded[i] - stock[i] > subject->limit) {
		printf("not ok %s pays %.1f more with the module, the limit is %d\n",
		       subject->name, loaded[i] - stock[i], subject->limit);
		good = false;
	}
	if (subject->effort == &short_calls && after[i] - stock[i] > NOTHING) {
		printf("not ok %s pays %.1f more after the module is gone\n",
		       subject->name, after[i] - stock[i]);
		good = false;
	}
	return good;
}

static void print_table(void)
{
	int i;

	printf("%-36s %9s %9s %9s %9s\n", "instructions per call", "stock",
	       "loaded", "more", "unloaded");
	for (i = 0; i < SUBJECTS; i++)
		printf("%-36s %9.1f %9.1f %+9.1f %9.1f\n", subjects[i].text,
		       stock[i], loaded[i], loaded[i] - stock[i], after[i]);
	for (i = 0; i < SUBJECTS; i++)
		printf("value stock.%s %.1f\nvalue module.%s %.1f\n",
		       subjects[i].name, stock[i], subjects[i].name, loaded[i]);
	printf("value module.descriptor %.3f\n",
	       (loaded[SUBJECTS - 1] - loaded[SUBJECTS - 2]) / (MANY - FEW));
}

bool measure_calls(bool with_module)
{
	bool good = true;
	int i;

	/* The first pass pays for what happens once, such as a dentry. */
	measure_all(stock);
	measure_all(stock);
	if (!with_module) {
		for (i = 0; i < SUBJECTS; i++)
			printf("value stock.%s %.1f\n", subjects[i].name,
			       stock[i]);
		return true;
	}
	load_module();
	measure_all(loaded);
	if (unload_module())
		die("cannot unload the module");
	measure_all(after);
	print_table();
	for (i = 0; i < SUBJECTS; i++)
		good = judge(i) && good;
	return good;
}
