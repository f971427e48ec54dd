// SPDX-License-Identifier: GPL-2.0
/*
 * churn ROUNDS: load and unload the module again and again, while others call
 * chroot(2) all the time. Every call must end in one of the ways that it may,
 * every unload must succeed before long, and no memory may be lost.
 *
 * The callers sleep between their calls, so that the waiting for RCU, most of
 * a round, costs nothing in a guest that skips idle time.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "program.h"

#define WARM_UP		50	/* rounds before memory is looked at */
#define TRIES		2000	/* to unload, one in a millisecond */
#define REPORT		50	/* rounds */

/* -- callers ---------------------------------------------------------------- */

static struct shared {
	bool rest;			/* the callers stay asleep */
	unsigned long calls[2];		/* of the grantees: refused, granted */
} *shared;

static const char *jail;

static int call(const char *path)
{
	return syscall(SYS_chroot, path) ? errno : 0;
}

/* A served user, whose call is granted while the module is there. */
static bool grantee(void)
{
	const int error = call("/");

	__atomic_fetch_add(&shared->calls[!error], 1, __ATOMIC_RELAXED);
	return !error || error == EPERM;
}

/* One that really moves: and then there is no way on, module or not. */
static bool jailed(void)
{
	const pid_t pid = fork();
	int error, status;

	if (pid < 0)
		die("fork");
	if (!pid) {
		error = call(jail);
		_exit(error ? error != EPERM : call("/") != EPERM);
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

static bool privileged(void)
{
	return !call("/");
}

static bool not_served(void)
{
	return call("/") == EPERM;
}

static const struct caller {
	const char *name;
	bool (*call)(void);
	bool root, no_new_privs;
	int calls, pause;		/* so many, then these milliseconds */
} callers[] = {
	{ "a served user", grantee, false, true, 8, 11 },
	{ "a served user with a jail", jailed, false, true, 1, 47 },
	{ "root", privileged, true, true, 4, 29 },
	{ "a user who is not served", not_served, false, false, 4, 31 },
};

#define CALLERS		(sizeof(callers) / sizeof(callers[0]))

static void __attribute__((noreturn)) run_caller(const struct caller *caller)
{
	int i;

	prctl(PR_SET_PDEATHSIG, 9);
	if (!caller->root)
		be_user(caller->no_new_privs);
	for (;; usleep(caller->pause * 1000))
		for (i = 0; i < caller->calls && !shared->rest; i++)
			if (!caller->call())
				die("%s got a wrong result", caller->name);
}

static void start_callers(void)
{
	size_t i;
	pid_t pid;

	for (i = 0; i < CALLERS; i++) {
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid)
			run_caller(&callers[i]);
	}
}

/* A caller that ended has said why. */
static void check_callers(void)
{
	int status;

	if (waitpid(-1, &status, WNOHANG))
		die("a caller has ended with status %#x", status);
}

/* -- memory ----------------------------------------------------------------- */

static const char *const kinds[] = {
	"MemAvailable", "Slab", "VmallocUsed", "Percpu",
};

enum { AVAILABLE, SLAB, VMALLOC, PERCPU, KINDS };

/* Each processor keeps free pages to itself, of which MemFree knows nothing. */
static long kept_back(void)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	char line[128];
	long pages = 0, n;

	if (!file)
		die("/proc/zoneinfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " count: %ld", &n) == 1)
			pages += n;
	fclose(file);
	return pages * sysconf(_SC_PAGESIZE) / 1024;
}

/* In KiB, when nothing runs and nothing is cached. */
static void measure(long memory[KINDS])
{
	FILE *file;
	char line[128];
	int i;

	shared->rest = true;
	/* Freeing is often put off, to the end of a grace period or a worker. */
	sleep(2);
	file = fopen("/proc/sys/vm/drop_caches", "w");
	if (!file || fputs("3\n", file) < 0 || fclose(file))
		die("drop_caches");
	sleep(1);
	file = fopen("/proc/meminfo", "r");
	if (!file)
		die("/proc/meminfo");
	while (fgets(line, sizeof(line), file))
		for (i = 0; i < KINDS; i++)
			if (!strncmp(line, kinds[i], strlen(kinds[i])))
				memory[i] = atol(strchr(line, ':') + 1);
	fclose(file);
	memory[AVAILABLE] += kept_back();
	shared->rest = false;
}

/*
 * Half a KiB a round, and some noise. (In a guest that counts instructions
 * there is none.) So a KiB a round is noticed after some 200 rounds, a page
 * a round after 30.
 */
static void compare(const long before[KINDS], const long after[KINDS], long rounds)
{
	const long bound = rounds / 2 + 100;
	/* With KASAN freed memory stays for a while, and kmemleak looks for what is lost. */
	const bool judged = access("/sys/kernel/debug/kmemleak", F_OK) != 0;
	int i;

	for (i = 0; i < KINDS; i++) {
		const long lost = i == AVAILABLE ? before[i] - after[i] :
						   after[i] - before[i];

		printf("memory %s %ld -> %ld KiB, lost %ld, bound %ld\n",
		       kinds[i], before[i], after[i], lost, bound);
		errno = 0;
		if (judged && lost >= bound)
			die("%s shows a leak", kinds[i]);
	}
}

/* -- rounds ----------------------------------------------------------------- */

static unsigned long in_use;

static void one_round(void)
{
	int tries;

	load_module();
	/* Long enough for most callers to wake. */
	usleep(30000);
	for (tries = 0; unload_module(); tries++, in_use++) {
		if ((errno != EAGAIN && errno != EBUSY) || tries == TRIES)
			die("cannot unload the module after %d tries", tries);
		usleep(1000);
	}
	check_callers();
}

int main(int argc, char **argv)
{
	const long rounds = argc > 1 ? atol(argv[1]) : 1000;
	char directory[] = "/tmp/churn.XXXXXX";
	long before[KINDS], after[KINDS];
	long i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	jail = mkdtemp(directory);
	if (shared == MAP_FAILED || !jail || chmod(jail, 0755))
		die("set-up");

	start_callers();
	for (i = 0; i < WARM_UP; i++)
		one_round();
	measure(before);
	for (i = 1; i <= rounds; i++) {
		one_round();
		if (i % REPORT == 0)
			printf("round %ld of %ld\n", i, rounds);
	}
	measure(after);
	compare(before, after, rounds);

	errno = 0;
	if (!shared->calls[0] || !shared->calls[1])
		die("the served user was refused %lu times, granted %lu times",
		    shared->calls[0], shared->calls[1]);
	printf("churn: %ld rounds, %lu unloads found it in use, %lu calls granted, %lu refused\n",
	       rounds, in_use, shared->calls[1], shared->calls[0]);
	return 0;
}
