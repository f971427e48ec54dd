// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz [seconds=N] [calls=N] [from=BATCH] [to=BATCH] [seed=N|random]...
 *
 * Random calls until the seconds are over and so many calls made, or the
 * batches from ... to: any of them can be repeated alone, as each sets up all
 * that it depends on. Once for each seed.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

#define EPOCH		64	/* batches between looks at the module as such */
#define BLOCK		64	/* batches with the same unsafe parameters */
#define MOST_MISMATCHES	20

struct shared *shared;

void mismatch(const char *format, ...)
{
	va_list arguments;

	printf("not ok mismatch: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n  by %s\n  again: seed=%llu from=%llu to=%llu\n",
	       worker_text(shared->worker), (unsigned long long)shared->seed,
	       (unsigned long long)shared->batch, (unsigned long long)shared->batch);
	fflush(stdout);
	shared->mismatches++;
}

/* -- the module -------------------------------------------------------------- */

static struct tunables now;	/* what the module has */
static bool built_in, locked, tracing;
static uint64_t loads, counts[COUNTERS];	/* since the load */
static uint64_t totals[COUNTERS + 1];

static void look_at_counters(void)
{
	static int files[COUNTERS];
	static uint64_t opened;
	char path[128], text[32];
	uint64_t value;
	int i;

	for (i = 0; i < COUNTERS; i++) {
		if (opened != loads) {
			if (opened)
				close(files[i]);
			snprintf(path, sizeof(path), "/sys/module/" MODULE_NAME
				 "/stats/%s", counter_names[i]);
			files[i] = open(path, O_RDONLY | O_CLOEXEC);
		}
		memset(text, 0, sizeof(text));
		if (pread(files[i], text, sizeof(text) - 1, 0) <= 0)
			die("cannot read %s", counter_names[i]);
		value = strtoull(text, NULL, 10);
		/* What is built in does not count from zero. */
		if (built_in && opened != loads)
			counts[i] = value;
		if (value - counts[i] != shared->expected[i])
			mismatch("%s grew by %lld, expected %llu", counter_names[i],
				 (long long)(value - counts[i]),
				 (unsigned long long)shared->expected[i]);
		counts[i] = value;
	}
	opened = loads;
}

static int try_load(const char *words)
{
	const int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		die("open %s", MODULE_FILE);
	error = syscall(SYS_finit_module, fd, words, 0) ? errno : 0;
	close(fd);
	return error;
}

static void start_counting(void)
{
	shared->loaded = true;
	loads++;
	memset(counts, 0, sizeof(counts));
	memset(shared->expected, 0, sizeof(shared->expected));
	params_open();
	params_look(&now);
	look_at_counters();
}

static void load(const char *words)
{
	const int error = try_load(words);

	errno = error;
	if (error)
		die("cannot load the module with \"%s\"", words);
	start_counting();
}

/* Nobody is in a call: then it must go at once. */
static void unload(void)
{
	if (!shared->loaded)
		return;
	if (built_in) {
		/* Which comes to the same. */
		params_switch_off(&now);
		shared->loaded = false;
		return;
	}
	if (unload_module())
		die("cannot unload the module");
	shared->loaded = locked = false;
	if (!access("/sys/module/" MODULE_NAME, F_OK))
		mismatch("the module's directory in sysfs is still there");
}

static void load_by_default(void)
{
	unload();
	params_default(&now);
	if (built_in) {
		params_reset();
		start_counting();
	} else {
		load("");
	}
}

static void load_with_words(bool with_lock)
{
	const char *words;
	int error, expected;

	unload();
	words = params_bad_words(&expected);
	error = try_load(words);
	if (error != expected) {
		mismatch("load with \"%s\": error %d, expected %d", words, error,
			 expected);
		if (!error)
			unload_module();
	}

	params_random(&now);
	params_random_unsafe(&now);
	/* With a lock, nobody could switch it off to have a worker placed. */
	if (with_lock)
		now.restrict_privileged = 0;
	load(params_words(&now, with_lock));
	locked = with_lock;
}

static void trace(bool on)
{
	const int fd = open("/sys/kernel/tracing/events/" MODULE_NAME "/enable",
			    O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		die("the trace event");
	close(fd);
	tracing = on;
}

static void begin_epoch(uint64_t epoch)
{
	const unsigned int kind = epoch % 12;

	random_start(shared->seed, RANDOM_EPOCH, epoch);
	if (tracing)
		trace(false);
	if (kind == 2)
		unload();
	else if (!built_in && (kind == 5 || kind == 8))
		load_with_words(kind == 5);
	else if (kind == 0 || locked || !shared->loaded)
		load_by_default();
	if (kind == 10)
		trace(true);
}

/* -- batches ---------------------------------------------------------------- */

static void choose(struct tunables *wanted)
{
	/* In the beginning nothing taints. */
	random_start(shared->seed, RANDOM_BLOCK, shared->batch / BLOCK);
	params_default(wanted);
	if (shared->batch >= EPOCH)
		params_random_unsafe(wanted);

	random_start(shared->seed, RANDOM_BATCH, shared->batch);
	params_random(wanted);
	shared->worker = worker_choose();
}

static void set(struct tunables *wanted, int64_t restricted)
{
	if (!shared->loaded || locked)
		return;
	wanted->restrict_privileged = restricted;
	params_set(wanted, &now);
}

static void run_batch(uint64_t batch)
{
	struct tunables wanted;
	int64_t restricted;
	int i;

	shared->batch = batch;
	choose(&wanted);
	restricted = wanted.restrict_privileged;
	set(&wanted, 0);
	if (shared->loaded && (locked || chance(10)))
		params_spoil(locked, &now);
	params_check_taint();

	memset(shared->expected, 0, sizeof(shared->expected));
	worker_place(shared->worker);
	set(&wanted, restricted);
	shared->tunables = now;
	worker_call(shared->worker);
	if (shared->loaded)
		look_at_counters();
	for (i = 0; i <= COUNTERS; i++)
		totals[i] += shared->expected[i];
}

/* -- the run ---------------------------------------------------------------- */

static time_t seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Fails when something has never happened: then it was not tested. */
static int report(time_t took, bool whole)
{
	static const int errors[] = {
		0, EPERM, ENOENT, EACCES, EFAULT, ENOTDIR, ENAMETOOLONG, ELOOP,
	};
	bool missing = false;
	int i;

	printf("fuzz: %llu calls in %ld s, seed %llu, "
	       "%llu loads, %llu roots changed, %llu mismatches\n",
	       (unsigned long long)shared->calls, (long)took,
	       (unsigned long long)shared->seed, (unsigned long long)loads,
	       (unsigned long long)shared->moves,
	       (unsigned long long)shared->mismatches);
	for (i = 0; i <= COUNTERS; i++) {
		printf("fuzz: %-24s %llu\n", i < COUNTERS ? counter_names[i] :
		       "(none of the module's)", (unsigned long long)totals[i]);
		/* The one that the kernel itself answers, see the contract. */
		missing |= !totals[i] && i != C_NO_NEW_PRIVS;
	}
	for (i = 0; i < COUNT(errors); i++) {
		printf("fuzz: %-24s %llu\n",
		       errors[i] ? strerrorname_np(errors[i]) : "granted",
		       (unsigned long long)shared->errors[errors[i]]);
		missing |= !shared->errors[errors[i]];
	}
	if (whole && missing)
		printf("not ok something has never happened\n");
	return shared->mismatches || (whole && missing);
}

static struct limits {
	uint64_t seconds, calls, from, to;
} limits;

static int run(uint64_t seed)
{
	const bool whole = limits.to == UINT64_MAX;
	time_t begin, shown;
	uint64_t batch;

	shared->seed = seed;
	printf("fuzz: seed %llu\n", (unsigned long long)seed);
	params_begin();
	workers_start(seed);
	begin = shown = seconds();
	for (batch = limits.from; batch <= limits.to; batch++) {
		if (batch == limits.from || batch % EPOCH == 0) {
			if (whole && shared->calls >= limits.calls &&
			    seconds() - begin >= (time_t)limits.seconds)
				break;
			begin_epoch(batch / EPOCH);
		}
		run_batch(batch);
		if (shared->mismatches >= MOST_MISMATCHES)
			break;
		if (seconds() - shown >= 10) {
			shown = seconds();
			printf("fuzz: %llu calls, batch %llu\n",
			       (unsigned long long)shared->calls,
			       (unsigned long long)batch);
		}
	}
	unload();
	return report(seconds() - begin, whole);
}

/* In a process of its own, whose workers die with it. */
static int run_apart(const char *text)
{
	uint64_t seed = strtoull(text, NULL, 0);
	int status;
	pid_t pid;

	if (!strcmp(text, "random")) {
		if (getrandom(&seed, sizeof(seed), 0) < 0)
			die("getrandom");
		seed >>= 32;
	}
	memset(shared, 0, sizeof(*shared));
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		exit(run(seed));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		printf("not ok seed %s: status %#x\n", text, status);
		return 1;
	}
	return WEXITSTATUS(status);
}

static uint64_t number(int argc, char **argv, const char *name, uint64_t otherwise)
{
	const size_t length = strlen(name);
	int i;

	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], name, length) && argv[i][length] == '=')
			return strtoull(argv[i] + length + 1, NULL, 0);
	return otherwise;
}

int main(int argc, char **argv)
{
	bool seeded = false;
	int i, failed = 0;

	built_in = !access("/sys/module/" MODULE_NAME, F_OK);
	limits.seconds = number(argc, argv, "seconds", 30);
	limits.calls = number(argc, argv, "calls", 0);
	limits.from = number(argc, argv, "from", 0);
	limits.to = number(argc, argv, "to", UINT64_MAX);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("set-up");
	world_build();
	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], "seed=", 5)) {
			failed |= run_apart(argv[i] + 5);
			seeded = true;
		}
	if (!seeded)
		failed = run_apart("random");
	return failed;
}
