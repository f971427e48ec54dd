/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the measuring program. In a guest that counts instructions
 * (QEMU's -icount shift=0) a nanosecond is one.
 *
 * What was measured goes to standard output, a line each:
 *	value NAME NUMBER
 */
#ifndef UCHROOT_BENCH_H
#define UCHROOT_BENCH_H

#include <stdbool.h>
#include <string.h>

#include "program.h"

/* A way of measuring: the least of some rounds, each of some calls. */
struct effort {
	int rounds, calls, warm_up;
};

/* -- measure.c ------------------------------------------------------------- */

long now(void);
void nothing(void);

/* Instructions of a call, in a process of its own that first becomes somebody. */
double cost_of(void (*become)(void), void (*call)(void),
	       const struct effort *effort);

/*
 * The same for a call that can be made once only, as there is no way back from
 * a root: many processes, one call each, of chroot to @path.
 */
double cost_of_one_chroot(void (*become)(void), const char *path);

/* The least cost of running a command, from before the fork to its end. */
long cost_of_command(const char *const *command, int rounds);

/* Writes a parameter of the module; nothing when that is not loaded. */
void set_parameter(const char *name, const char *value);

/* Runs a function in a process of its own; false when that has failed. */
bool in_a_process(void (*function)(void));

/* Of this process and its children. */
void *shared_memory(size_t size);

void be_served(void);
void be_unserved(void);
void served_in_jail(void);
void change_root(void);
void open_descriptors(int count);

/* -- the parts: false when something is not as it must be ------------------- */

bool measure_calls(bool with_module);
bool measure_growth(void);
bool measure_latency(void);
bool measure_launch(void);
bool measure_load(void);
bool measure_start(void);
bool measure_parallel(void);
bool measure_profile(void);

/* launch.c: what a program does that confines itself. */
int enter(char **arguments);

#endif
