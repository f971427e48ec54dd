// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to run a program in another root, by the programs that Debian
 * has for it, from before the fork to the end of all.
 */
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "bench.h"

#define NEW_ROOT "/srv/newroot"
#define TRUE "/bin/true" /* linked statically */
#define DYNAMIC_TRUE "/bin/dynamic-true"
#define FAKECHROOT_LIB "/usr/lib/x86_64-linux-gnu/fakechroot/libfakechroot.so"
#define TESTS "/usr/lib/uchroot-tests/"
#define ROUNDS 15

static const struct peer {
	const char *name;
	void (*become)(void);
	const char *command[10];
} peers[] = {
	/* The program alone, and by root, who may. */
	{ "launch.true", be_unserved, { NEW_ROOT TRUE } },
	{ "launch.chroot_root",
	  nothing,
	  { "/usr/sbin/chroot", NEW_ROOT, TRUE } },
	/* With the module. */
	{ "launch.enter",
	  be_unserved,
	  { TESTS "bench", "enter", NEW_ROOT, TRUE } },
	{ "launch.uchroot_static",
	  be_unserved,
	  { TESTS "uchroot", NEW_ROOT, TRUE } },
	{ "launch.uchroot",
	  be_unserved,
	  { "/usr/bin/uchroot", NEW_ROOT, TRUE } },
	{ "launch.setpriv_chroot",
	  be_unserved,
	  { "/usr/bin/setpriv", "--no-new-privs", "/usr/sbin/chroot", NEW_ROOT,
	    TRUE } },
	/* Without. */
	{ "launch.unshare",
	  be_unserved,
	  { "/usr/bin/unshare", "-r", "-R", NEW_ROOT, TRUE } },
	{ "launch.bwrap",
	  be_unserved,
	  { "/usr/bin/bwrap", "--bind", NEW_ROOT, "/", TRUE } },
	{ "launch.proot",
	  be_unserved,
	  { "/usr/bin/proot", "-r", NEW_ROOT, TRUE } },
	{ "launch.fakechroot",
	  be_unserved,
	  { "/usr/bin/fakechroot", "-l", FAKECHROOT_LIB, "/usr/sbin/chroot",
	    NEW_ROOT, DYNAMIC_TRUE } },
};

#define PEERS ((int)(sizeof(peers) / sizeof(peers[0])))

/* What a program does that confines itself, and nothing else. */
int enter(char **arguments)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || chroot(arguments[0]) ||
	    chdir("/"))
		return 1;
	execv(arguments[1], arguments + 1);
	return 1;
}

/* As a tree that root made has it: uchroot would have a line to write. */
static void make_null(const char *dev, const char *null)
{
	if (mkdir(dev, 0755) || mknod(null, S_IFCHR | 0666, makedev(1, 3)))
		die("cannot make %s", null);
}

static const struct peer *peer;

static void measure_command(void)
{
	peer->become();
	printf("value %s %ld\n", peer->name,
	       cost_of_command(peer->command, ROUNDS));
}

/*
 * Bubblewrap pivots its root, which is impossible from an initramfs, and user
 * namespaces are for those who are not chrooted: so / becomes a mount of its own.
 */
static void leave_initramfs(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("/", "/mnt", NULL, MS_BIND | MS_REC, NULL) || chdir("/mnt") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("cannot leave the initramfs");
}

/*
 * For a guest that has none of the peers: uchroot alone, and what it starts.
 */
static const struct peer starts[] = {
	{ "stock.start", be_unserved, { "/bin/busybox", "true" } },
	{ "module.start",
	  be_unserved,
	  { TESTS "uchroot", "/tmp/start", "/busybox", "true" } },
};

bool measure_start(void)
{
	bool good;

	if (mkdir("/tmp/start", 0755) ||
	    link("/bin/busybox", "/tmp/start/busybox"))
		die("cannot make a root");
	make_null("/tmp/start/dev", "/tmp/start/dev/null");
	load_module();
	peer = &starts[0];
	good = in_a_process(measure_command);
	peer = &starts[1];
	good = in_a_process(measure_command) && good;
	if (unload_module())
		die("cannot unload the module");
	return good;
}

bool measure_launch(void)
{
	bool good = true;
	int i;

	leave_initramfs();
	make_null(NEW_ROOT "/dev", NEW_ROOT "/dev/null");
	load_module();
	for (i = 0; i < PEERS; i++) {
		peer = &peers[i];
		good = in_a_process(measure_command) && good;
	}
	if (unload_module())
		die("cannot unload the module");
	return good;
}
