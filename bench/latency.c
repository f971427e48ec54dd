// SPDX-License-Identifier: GPL-2.0
/*
 * The longest time for which the search of a long descriptor table keeps others
 * from the processor: by how much a process of the highest priority oversleeps.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "bench.h"

#define PERIOD 20000
#define DESCRIPTORS 1000000
#define SCANS 5
#define LIMIT 50000

struct lateness {
	long longest, samples;
};

static volatile struct {
	struct lateness current, computing, scanning;
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

static void scan(void)
{
	int i;

	open_descriptors(DESCRIPTORS);
	be_served();

	shared->begin = true;
	compute(20);
	shared->computing = shared->current;

	shared->begin = true;
	for (i = 0; i < SCANS; i++)
		if (syscall(SYS_chroot, "/"))
			_exit(1);
	shared->scanning = shared->current;
}

bool measure_latency(void)
{
	bool good;
	pid_t pid;

	shared = shared_memory(sizeof(*shared));
	load_module();
	set_parameter("allow_open_directories", "0");
	pid = fork();
	if (!pid)
		sleep_and_look();
	good = in_a_process(scan);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (unload_module())
		die("cannot unload the module");

	printf("value module.latency_computing %ld\n",
	       shared->computing.longest);
	printf("value module.latency %ld\n", shared->scanning.longest);
	printf("value module.latency_samples %ld\n", shared->scanning.samples);
	if (shared->scanning.longest > LIMIT ||
	    shared->scanning.samples < 100) {
		printf("not ok the processor was not free for %ld\n",
		       shared->scanning.longest);
		good = false;
	}
	return good;
}
