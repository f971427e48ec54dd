// SPDX-License-Identifier: GPL-2.0
/*
 * Calls for a profile: bench/plugin/profile.c counts what is executed between two
 * calls of profile_toggle(), and finds the names in what is printed here.
 */
#include "bench.h"

#define WARM_UP 500
#define CALLS 1000

/* Known to the emulator by its address. */
void __attribute__((noipa)) profile_toggle(void)
{
}

static void profile(void (*become)(void))
{
	int i;

	become();
	for (i = 0; i < WARM_UP + CALLS; i++) {
		if (i == WARM_UP)
			profile_toggle();
		syscall(SYS_chroot, "/");
	}
	profile_toggle();
}

static void granted(void)
{
	profile(be_served);
}

static void print_symbols(void)
{
	const int file = open("/proc/kallsyms", O_RDONLY);
	static char text[65536];
	ssize_t length;

	while ((length = read(file, text, sizeof(text))) > 0)
		if (write(STDOUT_FILENO, text, length) != length)
			die("write");
}

bool measure_profile(void)
{
	bool good;

	load_module();
	print_symbols();
	good = in_a_process(granted);
	return !unload_module() && good;
}
