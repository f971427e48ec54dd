// SPDX-License-Identifier: GPL-2.0
/*
 * How the cost of a granted call grows: with the number of open descriptors, the
 * depth of the path, the depth of the directory alone (chroot("."): no path to
 * walk) and that of the mounts between the old root and the new one.
 *
 * Next to it what root pays in the kernel's own call, without the module.
 */
#include <sys/mount.h>
#include <sys/stat.h>

#include "bench.h"

#define DEEPEST 64
#define DEEP "/tmp/deep"
#define MOUNTS "/tmp/mounts"

static char place[4096];

static void be_served_there(void)
{
	if (chdir(place))
		die("chdir to %s", place);
	be_served();
}

static void be_root_there(void)
{
	if (chdir(place))
		die("chdir to %s", place);
}

/* The directory @depth levels below a top, where make() makes each level. */
static void go_down(const char *top, int depth, void (*make)(const char *path))
{
	int i;

	strcpy(place, top);
	for (i = 0; i < depth; i++) {
		strcat(place, "/d");
		if (make)
			make(place);
	}
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0755))
		die("mkdir %s", path);
}

static void make_mount(const char *path)
{
	make_directory(path);
	if (mount("none", path, "tmpfs", 0, NULL))
		die("mount on %s", path);
}

static void try(void)
{
	syscall(SYS_chroot, place);
}

/* What a user pays for the walk, with the kernel's refusal at its end. */
static void measure_walk(void)
{
	static const struct effort effort = { 25, 20, 50 };
	int depth;

	for (depth = 1; depth <= DEEPEST; depth *= 2) {
		go_down(DEEP, depth, NULL);
		printf("value stock_user.path.%d %.0f\n", depth,
		       cost_of(be_unserved, try, &effort));
	}
}

static void measure_places(const char *state, void (*there)(void),
			   void (*here)(void))
{
	int depth;

	for (depth = 1; depth <= DEEPEST; depth *= 2) {
		go_down(DEEP, depth, NULL);
		printf("value %s.path.%d %.0f\n", state, depth,
		       cost_of_one_chroot(here, place));
		printf("value %s.directory.%d %.0f\n", state, depth,
		       cost_of_one_chroot(there, "."));
		go_down(MOUNTS, depth, NULL);
		printf("value %s.mounts.%d %.0f\n", state, depth,
		       cost_of_one_chroot(there, "."));
	}
}

/* -- descriptors -------------------------------------------------------------- */

#define MOST 1000000

static void change_root_or_die(void)
{
	if (syscall(SYS_chroot, "/"))
		die("chroot");
}

static int descriptors;

static void with_descriptors(void)
{
	open_descriptors(descriptors);
	be_served();
}

static void measure_descriptors(void)
{
	/* A scan of many takes long, and nothing else then. */
	static const struct effort few = { 25, 100, 100 }, many = { 5, 1, 1 };

	set_parameter("allow_open_directories", "0");
	for (descriptors = 1; descriptors <= MOST; descriptors *= 10)
		printf("value module.descriptors.%d %.0f\n", descriptors,
		       cost_of(with_descriptors, change_root_or_die,
			       descriptors > 10000 ? &many : &few));
	set_parameter("allow_open_directories", "1");
}

bool measure_growth(void)
{
	make_directory(DEEP);
	go_down(DEEP, DEEPEST, make_directory);
	make_directory(MOUNTS);
	go_down(MOUNTS, DEEPEST, make_mount);

	measure_walk();
	measure_places("stock", be_root_there, nothing);
	load_module();
	measure_places("module", be_served_there, be_served);
	measure_descriptors();
	if (unload_module())
		die("cannot unload the module");
	go_down(MOUNTS, 1, NULL);
	return !umount2(place, MNT_DETACH);
}
