// SPDX-License-Identifier: GPL-2.0
/*
 * What the module itself takes: memory, and instructions to load and unload it.
 * Waiting for grace periods is not counted, it costs others nothing.
 */
#include <time.h>

#include "bench.h"

#define ROUNDS 5

static long processor_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1000000000 + time.tv_nsec;
}

static long memory(void)
{
	char text[32] = "";
	const int fd = open("/sys/module/" MODULE_NAME "/coresize", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die("cannot read the module's size");
	close(fd);
	return atol(text);
}

bool measure_load(void)
{
	long start, loading = 0, unloading = 0, size = 0, took;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		start = processor_time();
		load_module();
		took = processor_time() - start;
		if (!i || took < loading)
			loading = took;
		size = memory();
		start = processor_time();
		if (unload_module())
			die("cannot unload the module");
		took = processor_time() - start;
		if (!i || took < unloading)
			unloading = took;
	}
	printf("value stock.memory 0\nvalue module.memory %ld\n", size);
	printf("value module.load %ld\nvalue module.unload %ld\n", loading,
	       unloading);
	return true;
}
