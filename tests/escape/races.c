// SPDX-License-Identifier: GPL-2.0
/*
 * What is judged and what is set must be one directory: the path's bytes, the
 * names in it and the directories themselves change all the time.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"

/* Of calls, at least; and how often something else must have come between. */
#define ROUNDS	1000
#define TURNS	30

/* -- two places, one of which would be refused ------------------------------------------ */

/* The opponent changes what is asked for, and counts. */
static struct {
	volatile unsigned long turns;
	volatile char path[8];
} *shared;

/*
 * On one processor the opponent comes in wherever a call may be preempted.
 * An emulator that runs two by turns would let him in some ten times a second.
 */
static void begin_race(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	must(sched_setaffinity(0, sizeof(first), &first) == 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared != MAP_FAILED);
}

/*
 * With the working directory at "/", a root at "/" confines it and is harmless,
 * one at "/d" is the double chroot.
 */
static void call_again_and_again(const char *path)
{
	unsigned long last = shared->turns;
	int turns = 0;

	for (int i = 0; i < ROUNDS || turns < TURNS; i++) {
		chroot_entry(path);
		/*
		 * One directory up from where this began, or two. The opponent
		 * may undo it at once, so this is not over before it is seen.
		 */
		if ((!access("../marker", F_OK) || !access("../../marker", F_OK)) &&
		    look(AT_FDCWD))
			return;
		turns += shared->turns != last;
		last = shared->turns;
	}
	look(AT_FDCWD);
}

static void race(void (*opponent)(void), const char *path)
{
	pid_t pid;

	begin_race();
	pid = spawn(opponent);
	call_again_and_again(path);
	kill(pid, SIGKILL);
}

static void flip(void)
{
	for (;;) {
		shared->path[1] ^= 'd';
		shared->turns++;
	}
}

static void bytes_by_process(void)
{
	pid_t pid;

	begin_race();
	shared->path[0] = '/';
	pid = spawn(flip);
	call_again_and_again((const char *)shared->path);
	kill(pid, SIGKILL);
}

static void *flip_in_thread(void *unused)
{
	flip();
	return unused;
}

static void *call_with_own_root(void *unused)
{
	must(unshare(CLONE_FS | CLONE_FILES) == 0);
	call_again_and_again((const char *)shared->path);
	return unused;
}

static void bytes_by_thread(void)
{
	pthread_t caller, flipper;

	begin_race();
	shared->path[0] = '/';
	must(pthread_create(&flipper, NULL, flip_in_thread, NULL) == 0);
	must(pthread_create(&caller, NULL, call_with_own_root, NULL) == 0);
	must(pthread_join(caller, NULL) == 0);
}

static void swap_links(void)
{
	for (;;) {
		must(link("/harmless", "/new") == 0 && rename("/new", "/link") == 0);
		must(link("/harmful", "/new") == 0 && rename("/new", "/link") == 0);
		shared->turns++;
	}
}

static void symbolic_links(void)
{
	must(symlink("/", "/harmless") == 0 && symlink("/d", "/harmful") == 0);
	must(symlink("/", "/link") == 0);
	race(swap_links, "/link");
}

static void rename_root(void)
{
	for (;;) {
		must(rename("/d", "/x/d") == 0);
		must(rename("/x/d", "/d") == 0);
		shared->turns++;
	}
}

static void root_in_a_storm(void)
{
	race(rename_root, "/d");
}

/* -- the working directory is moved out of the new root ----------------------------------- */

static void move_when_asked(void)
{
	wait_byte(pair[1]);
	must(rename("/d/e", "/e") == 0);
	send_byte(pair[1]);
}

static void moved_out(void)
{
	make_pair();
	spawn(move_when_asked);
	must(chdir("/d/e") == 0);
	chroot_entry("/d");
	send_byte(pair[0]);
	wait_byte(pair[0]);
	look(AT_FDCWD);
}

static void move_all_the_time(void)
{
	for (;;) {
		must(rename("/d/e", "/e") == 0);
		must(rename("/e", "/d/e") == 0);
		shared->turns++;
	}
}

static void cwd_in_a_storm(void)
{
	must(chdir("/d/e") == 0);
	race(move_all_the_time, "/d");
}

/* -- the same directory by another mount ---------------------------------------------------- */

static void mount_alias(void)
{
	const char *alias = make_dir_in(jail, "alias");

	must(mount(path_in(jail, "d"), alias, NULL, MS_BIND, NULL) == 0);
}

/* "/d" and "/alias" are one directory, but ".." knows the mount as well. */
static void bind_alias(void)
{
	must(chdir("/d/e") == 0);
	chroot_entry("/alias");
	look(AT_FDCWD);
}

const struct technique race_techniques[] = {
	{ "path's bytes flipped by a process", .attack = bytes_by_process,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "path's bytes flipped by a thread", .attack = bytes_by_thread,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "symbolic link in the path swapped", .attack = symbolic_links,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "new root renamed in a storm", .attack = root_in_a_storm,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "working directory moved out of the new root", .attack = moved_out,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "working directory renamed in a storm", .attack = cwd_in_a_storm,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "bind mount of the working directory's parent as root", .prepare = mount_alias,
	  .attack = bind_alias, .control = CAP(SYS_CHROOT), .nested = HELD },
	{ 0 }
};
