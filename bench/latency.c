// SPDX-License-Identifier: GPL-2.0
/*
 * The longest time for which a call keeps others from the processor, where its
 * caller can make it long: with many open descriptors, or in a deep directory. By
 * how much a process of the highest priority oversleeps.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "bench.h"

#define PERIOD 20000
#define DESCRIPTORS 1000000
#define LEVELS 200000
#define CALLS 5

static void open_many(void)
{
	open_descriptors(DESCRIPTORS);
}

/* Deeper than any path can name, in the same mount as the root directory. */
static void go_deep(void)
{
	int i;

	/* Where it is a tmpfs, it has room for half as many. */
	mount(NULL, "/", NULL, MS_REMOUNT, "nr_inodes=0");

	for (i = 0; i < LEVELS; i++)
		if ((mkdir("deep", 0755) && errno != EEXIST) || chdir("deep"))
			die("level %d", i);
}

/*
 * The kernel walks up a directory by is_subdir(), without a lock, as it does for
 * ".." in a bind mount: longer than the search for a directory, which has pauses.
 */
static const struct {
	const char *name, *parameter, *value;
	void (*prepare)(void);
	const char *root;
	long limit;
} settings[] = {
	{ "latency", "allow_open_directories", "0", open_many, "/", 50000 },
	{ "latency_root", "log", "0", go_deep, ".", 5000000 },
	{ "latency_cwd", "require_cwd_beneath", "2", go_deep, "/", 5000000 },
}, *setting;

struct lateness {
	long longest, samples;
};

static volatile struct {
	struct lateness current, computing, calling;
	bool begin;
} * shared;

static void sleep_and_look(void)
{
	const struct sched_param highest = { .sched_priority = 99 };
	struct timespec wake;
	long target, late;

	if (sched_setscheduler(0, SCHED_FIFO, &highest))
		die("sched_setscheduler");
	for (;;) {
		target = now() + PERIOD;
		wake.tv_sec = target / 1000000000;
		wake.tv_nsec = target % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
		late = now() - target;
		if (shared->begin) {
			shared->begin = false;
			shared->current.longest = shared->current.samples = 0;
		}
		if (late > shared->current.longest)
			shared->current.longest = late;
		shared->current.samples++;
	}
}

static void compute(int milliseconds)
{
	const long start = now();

	while (now() - start < milliseconds * 1000000L)
		;
}

static void call(void)
{
	int i;

	setting->prepare();
	be_served();

	shared->begin = true;
	compute(20);
	shared->computing = shared->current;

	/* Where the first moves the root, the others are refused. */
	shared->begin = true;
	for (i = 0; i < CALLS; i++)
		if (syscall(SYS_chroot, setting->root) && !i)
			_exit(1);
	shared->calling = shared->current;
}

static bool measure_setting(void)
{
	bool good;

	load_module();
	set_parameter(setting->parameter, setting->value);
	good = in_a_process(call);
	printf("value module.%s %ld\n", setting->name, shared->calling.longest);
	if (shared->calling.longest > setting->limit) {
		printf("not ok the processor was not free for %ld\n",
		       shared->calling.longest);
		good = false;
	}
	if (unload_module())
		die("cannot unload the module");
	return good;
}

bool measure_latency(void)
{
	bool good = true;
	size_t i;
	pid_t pid;

	shared = shared_memory(sizeof(*shared));
	pid = fork();
	if (!pid)
		sleep_and_look();
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		setting = &settings[i];
		good &= measure_setting();
		if (i)
			continue;
		printf("value module.latency_computing %ld\n", shared->computing.longest);
		printf("value module.latency_samples %ld\n", shared->calling.samples);
		good &= shared->calling.samples >= 100;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return good;
}
