// SPDX-License-Identifier: GPL-2.0
/*
 * Two processors that call at once: how much more gets done than by one. In wall
 * clock time, in an emulator whose processors are threads, so these figures are
 * about proportions. The counters must have every call.
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "bench.h"

#define ROUNDS 11
#define MILLISECONDS 200

static volatile struct {
	bool go;
	long calls[2];
} * shared;

static void (*become_whom)(void);
static void (*call_what)(void);
static int processor;

static void worker(void)
{
	cpu_set_t set;
	long end, calls = 0;
	int i;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("there is no processor %d", processor);
	become_whom();
	while (!shared->go)
		;
	end = now() + MILLISECONDS * 1000000L;
	do {
		for (i = 0; i < 20; i++)
			call_what();
		calls += i;
	} while (now() < end);
	shared->calls[processor] = calls;
}

static long calls_by(int processors)
{
	pid_t pids[2];
	int status, i;

	shared->go = false;
	for (i = 0; i < 2; i++)
		shared->calls[i] = 0;
	for (i = 0; i < processors; i++) {
		processor = i;
		pids[i] = fork();
		if (!pids[i]) {
			worker();
			_exit(0);
		}
	}
	usleep(50000);
	shared->go = true;
	for (i = 0; i < processors; i++)
		if (waitpid(pids[i], &status, 0) != pids[i] || status)
			die("no measurement");
	return shared->calls[0] + shared->calls[1];
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of the ratios, as others use this machine too; and all calls. */
static long measure(const char *name, void (*become)(void), void (*call)(void))
{
	double ratios[ROUNDS];
	long one, two, all = 0;
	int i;

	become_whom = become;
	call_what = call;
	for (i = 0; i < ROUNDS; i++) {
		one = calls_by(1);
		two = calls_by(2);
		ratios[i] = (double)two / one;
		all += one + two;
	}
	qsort(ratios, ROUNDS, sizeof(ratios[0]), compare);
	printf("value parallel.%s %.2f\n", name, ratios[ROUNDS / 2]);
	return all;
}

static void get_parent(void)
{
	syscall(SYS_getppid);
}

static long counter(const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/" MODULE_NAME "/stats/%s",
		 name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die("cannot read %s", path);
	close(fd);
	return atol(text);
}

static bool counted(const char *name, long calls)
{
	const long count = counter(name);

	if (count == calls)
		return true;
	printf("not ok there were %ld calls, and %s is %ld\n", calls, name,
	       count);
	return false;
}

bool measure_parallel(void)
{
	bool good;
	long calls;

	shared = shared_memory(sizeof(*shared));
	measure("getppid", nothing, get_parent);
	measure("stock_root", nothing, change_root);
	measure("stock_user", be_unserved, change_root);
	load_module();
	measure("root", nothing, change_root);
	calls = measure("granted", be_served, change_root);
	good = counted("allowed", calls);
	set_parameter("log", "0");
	calls = measure("refused", served_in_jail, change_root);
	good = counted("refused_nested", calls) && good;
	return !unload_module() && good;
}
