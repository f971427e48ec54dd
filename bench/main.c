// SPDX-License-Identifier: GPL-2.0
/*
 * usage: bench [PART...]
 *
 * Measures. The parts are those of the table below; calls when none is named.
 */
#include "bench.h"

static bool calls(void)
{
	return measure_calls(true);
}

/* For a kernel that has the rule built in. */
static bool stock(void)
{
	return measure_calls(false);
}

static const struct {
	const char *name;
	bool (*measure)(void);
} parts[] = {
	{ "calls", calls },
	{ "stock", stock },
	{ "growth", measure_growth },
	{ "latency", measure_latency },
	{ "launch", measure_launch },
	{ "load", measure_load },
	{ "start", measure_start },
	{ "parallel", measure_parallel },
	{ "profile", measure_profile },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static bool run(const char *name)
{
	unsigned int i;

	for (i = 0; i < PARTS; i++)
		if (!strcmp(name, parts[i].name))
			return parts[i].measure();
	printf("not ok there is nothing called %s to measure\n", name);
	return false;
}

int main(int argc, char **argv)
{
	bool good = true;
	int i;

	if (argc > 3 && !strcmp(argv[1], "enter"))
		return enter(argv + 2);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 1)
		return !run("calls");
	for (i = 1; i < argc; i++)
		good = run(argv[i]) && good;
	return !good;
}
