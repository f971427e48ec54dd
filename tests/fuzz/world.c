// SPDX-License-Identifier: GPL-2.0
/*
 * The directories and mounts that calls are about: made once, never changed,
 * known to the model by the tables here.
 */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

#define DIR(parent, name)	{ parent, name, DIRECTORY, NULL, false, false, false, NONE, false }
/* A mount covers it. */
#define POINT(parent, name)	{ parent, name, DIRECTORY, NULL, false, false, false, NONE, true }
#define TOP(covers)		{ NONE, NULL, DIRECTORY, NULL, false, false, false, covers, false }
#define PRIVATE(parent, name)	{ parent, name, DIRECTORY, NULL, true, false, false, NONE, false }
#define USERS(parent, name)	{ parent, name, DIRECTORY, NULL, false, true, false, NONE, false }
#define FILE_(parent, name)	{ parent, name, NOT_DIRECTORY, NULL, false, false, false, NONE, false }
#define SYMLINK(name, target)	{ N_FZ, name, LINK, target, false, false, false, NONE, false }
#define PROC(parent, name, kind) { parent, name, kind, NULL, false, false, false, NONE, false }

#define N_PRIVATE	(N_FIRST_PLAIN + 5)

/* Beside these, the guest's root directory has none of the names here. */
const struct node nodes[] = {
	[N_ROOT]	 = TOP(NONE),
	[N_FZ_POINT]	 = POINT(N_ROOT, "fz"),
	[N_PROC_POINT]	 = POINT(N_ROOT, "proc"),
	[N_FZ]		 = TOP(N_FZ_POINT),
	[N_A]		 = DIR(N_FZ, "za"),
	[N_B]		 = DIR(N_A, "zb"),
	[N_JAIL]	 = DIR(N_FZ, "zjail"),
	[N_M_POINT]	 = POINT(N_FZ, "zm"),
	[N_M]		 = TOP(N_M_POINT),
	[N_BIND_POINT]	 = POINT(N_FZ, "zbind"),
	[N_JAIL_PROC]	 = POINT(N_JAIL, "proc"),
	[N_JAIL_ALIAS]	 = POINT(N_JAIL, "zalias"),
	[N_JAIL_M]	 = POINT(N_JAIL, "zm"),
	[N_PROC]	 = TOP(N_PROC_POINT),
	/* The caller's: root is told apart where it matters. */
	[N_PID]		 = { N_PROC, NULL, DIRECTORY, NULL, false, true, false, NONE, false },
	[N_FDS]		 = { N_PID, "fd", PROC_FDS, NULL, false, true, false, NONE, false },
	[N_DETACHED]	 = TOP(NONE),
	[N_DETACHED_SUB] = DIR(N_DETACHED, "zsub"),
	[N_REMOVED]	 = { N_FZ, "zgone", DIRECTORY, NULL, false, false, true, NONE, false },
	[N_OTHER]	 = FILE_(NONE, NULL),

	[N_FIRST_PLAIN]	 = USERS(N_B, "zc"),
	USERS(N_JAIL, "zetc"), DIR(N_JAIL, "za"), DIR(N_A, "zdet"),
	DIR(N_M, "zx"),
	PRIVATE(N_FZ, "zpriv"),
	DIR(N_PRIVATE, "zin"), PRIVATE(N_A, "zpriv"),
	PRIVATE(N_ROOT, "root"), FILE_(N_ROOT, "init"), FILE_(N_FZ, "zfile"),
	FILE_(N_A, "zfile"), FILE_(N_JAIL, "zfile"),
	PROC(N_PROC, "self", PROC_SELF),
	PROC(N_PID, "root", PROC_ROOT), PROC(N_PID, "cwd", PROC_CWD),

	SYMLINK("zl1", "za"), SYMLINK("zl2", "za/zb/"),
	SYMLINK("zl3", "/fz/zjail"),
	SYMLINK("zl4", ".."), SYMLINK("zl5", "../../.."), SYMLINK("zl6", "/"),
	SYMLINK("zl7", "zfile"), SYMLINK("zl8", "zfile/"), SYMLINK("zl9", "znone"),
	SYMLINK("zl10", "/proc/self/cwd"), SYMLINK("zl11", "/proc/self/root/fz"),
	SYMLINK("zl12", "zpriv/zin"), SYMLINK("zl13", "zl2/zc"),
	SYMLINK("zl14", "/za"), SYMLINK("zl15", "zm/./zx/.."),
	SYMLINK("zloop1", "zloop2"), SYMLINK("zloop2", "zloop1"),
	/* Eight links each, so that five of them are all that one may follow. */
	SYMLINK("zc1", "za"), SYMLINK("zc2", "zc1"), SYMLINK("zc3", "zc2"),
	SYMLINK("zc4", "zc3"), SYMLINK("zc5", "zc4"), SYMLINK("zc6", "zc5"),
	SYMLINK("zc7", "zc6"), SYMLINK("zc8", "zc7"),
};

const int node_count = COUNT(nodes);

static const struct mount set_mounts[SET_MOUNTS] = {
	[M_ROOT]	= { N_ROOT, NONE, NONE },
	[M_PROC]	= { N_PROC, M_ROOT, N_PROC_POINT },
	[M_FZ]		= { N_FZ, M_ROOT, N_FZ_POINT },
	[M_M]		= { N_M, M_FZ, N_M_POINT },
	[M_BIND]	= { N_B, M_FZ, N_BIND_POINT },
	[M_JAIL_PROC]	= { N_PROC, M_FZ, N_JAIL_PROC },
	[M_JAIL_ALIAS]	= { N_A, M_FZ, N_JAIL_ALIAS },
	[M_JAIL_M]	= { N_M, M_FZ, N_JAIL_M },
};

/* How each is reached from the root of its namespace. */
static const char *const set_paths[SET_MOUNTS] = {
	"/", "/proc", "/fz", "/fz/zm", "/fz/zbind", "/fz/zjail/proc",
	"/fz/zjail/zalias", "/fz/zjail/zm",
};

struct place held_places[HELD] = {
	[HELD_HOME]	    = { MOUNT(SET_MAIN, M_ROOT), N_ROOT },
	[HELD_MAIN_ROOT]    = { MOUNT(SET_MAIN, M_ROOT), N_ROOT },
	[HELD_REMOVED]	    = { MOUNT(SET_MAIN, M_FZ), N_REMOVED },
	[HELD_DETACHED]	    = { M_DETACHED, N_DETACHED },
	[HELD_DETACHED_SUB] = { M_DETACHED, N_DETACHED_SUB },
	[HELD_CLONE]	    = { M_CLONE, N_A },
	[HELD_FOREIGN_ROOT] = { MOUNT(SET_FOREIGN, M_ROOT), N_ROOT },
	[HELD_FOREIGN_B]    = { MOUNT(SET_FOREIGN, M_FZ), N_B },
};
int held_fds[HELD];

static uint64_t mount_ids[MOUNTS];
static struct {
	uint64_t device, inode;
} identities[COUNT(nodes)];

bool same_place(struct place a, struct place b)
{
	return a.mount == b.mount && a.node == b.node;
}

struct mount mount_at(int mount)
{
	static const struct mount detached = { N_DETACHED, NONE, NONE },
				  clone = { N_A, NONE, NONE };
	struct mount m;

	if (mount == M_DETACHED)
		return detached;
	if (mount == M_CLONE)
		return clone;
	m = set_mounts[mount % SET_MOUNTS];
	if (m.parent != NONE)
		m.parent += mount - mount % SET_MOUNTS;
	return m;
}

/* -- what the kernel calls them --------------------------------------------- */

static void look(int fd, const char *name, uint64_t *mount, uint64_t *device,
		 uint64_t *inode)
{
	struct statx st;

	if (statx(fd, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
		  STATX_INO | STATX_MNT_ID, &st))
		die("statx of \"%s\"", name);
	*mount = st.stx_mnt_id;
	*device = makedev(st.stx_dev_major, st.stx_dev_minor);
	*inode = st.stx_ino;
}

static void learn(int mount, int node, int fd, const char *name)
{
	uint64_t unused;

	look(fd, name, mount == NONE ? &unused : &mount_ids[mount],
	     &identities[node].device, &identities[node].inode);
}

void world_learn_mounts(int set)
{
	int i;

	for (i = 0; i < SET_MOUNTS; i++)
		learn(MOUNT(set, i), set_mounts[i].top, AT_FDCWD, set_paths[i]);
}

bool world_is(struct place place, int fd, const char *name)
{
	/* Those below /proc/PID are made anew whenever somebody looks. */
	const bool changing = place.node == N_PID || place.node == N_FDS;
	uint64_t mount, device, inode;

	look(fd, name, &mount, &device, &inode);
	return mount == mount_ids[place.mount] &&
	       device == identities[changing ? N_PROC : place.node].device &&
	       (changing || inode == identities[place.node].inode);
}

const char *world_found(int fd, const char *name)
{
	static char text[2][96];
	static int n;
	uint64_t mount, device, inode;

	n = !n;
	look(fd, name, &mount, &device, &inode);
	snprintf(text[n], sizeof(text[n]), "mount %d device %#x inode %d",
		 (int)mount, (int)device, (int)inode);
	return text[n];
}

const char *world_path(int node)
{
	static char buffer[256];
	char *at = buffer + sizeof(buffer) - 1;

	if (node == N_ROOT)
		return "/";
	while (node != N_ROOT) {
		const char *name = nodes[node].name;

		if (nodes[node].parent == NONE) {
			node = nodes[node].covers;
			if (node == NONE)
				return NULL;
			continue;
		}
		if (!name || nodes[node].removed)
			return NULL;
		at -= strlen(name);
		memcpy(at, name, strlen(name));
		*--at = '/';
		node = nodes[node].parent;
	}
	return at;
}

/* -- making it -------------------------------------------------------------- */

static void make(const char *path, const struct node *node)
{
	int fd;

	switch (node->kind) {
	case DIRECTORY:
		if (mkdir(path, 0755) || chmod(path, node->private ? 0700 : 0755) ||
		    (node->users && chown(path, TEST_UID, TEST_UID)))
			die("mkdir %s", path);
		break;
	case LINK:
		if (symlink(node->target, path))
			die("symlink %s", path);
		break;
	default:
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
		if (fd < 0)
			die("create %s", path);
		close(fd);
	}
}

/* All nodes of one file system; a parent comes before its children. */
static void make_below(int top)
{
	int i, node;

	for (i = 0; i < node_count; i++) {
		for (node = i; nodes[node].parent != NONE; )
			node = nodes[node].parent;
		if (node == top && i != top && world_path(i))
			make(world_path(i), &nodes[i]);
	}
}

static void mount_at_path(const char *source, const char *path, const char *type,
			  unsigned long flags)
{
	if (mount(source, path, type, flags, type && !strcmp(type, "tmpfs") ?
		  "mode=0755" : NULL))
		die("mount on %s", path);
}

static int hold(const char *path)
{
	/* Above those that workers use for themselves. */
	const int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int high;

	high = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	if (fd < 0 || high < 0)
		die("open %s", path);
	close(fd);
	return high;
}

static void hold_detached(void)
{
	mount_at_path("detached", "/fz/za/zdet", "tmpfs", 0);
	if (mkdir("/fz/za/zdet/zsub", 0755))
		die("mkdir zsub");
	held_fds[HELD_DETACHED] = hold("/fz/za/zdet");
	held_fds[HELD_DETACHED_SUB] = hold("/fz/za/zdet/zsub");
	if (umount2("/fz/za/zdet", MNT_DETACH))
		die("umount");
	held_fds[HELD_CLONE] = syscall(SYS_open_tree, AT_FDCWD, "/fz/za",
				       1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	if (held_fds[HELD_CLONE] < 0)
		die("open_tree");
}

static void hold_removed(void)
{
	if (mkdir("/fz/zgone", 0755))
		die("mkdir /fz/zgone");
	held_fds[HELD_REMOVED] = hold("/fz/zgone");
	if (rmdir("/fz/zgone"))
		die("rmdir /fz/zgone");
}

/*
 * Another mount namespace, which lives as long as the last descriptor here. A
 * child that shares memory and descriptors makes it.
 */
static int foreign(void *unused)
{
	(void)unused;
	if (unshare(CLONE_NEWNS))
		die("unshare");
	world_learn_mounts(SET_FOREIGN);
	held_fds[HELD_FOREIGN_ROOT] = hold("/");
	held_fds[HELD_FOREIGN_B] = hold("/fz/za/zb");
	if (open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC) < 0)
		die("open the mount namespace");
	return 0;
}

static void hold_foreign(void)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	int status;
	pid_t pid;

	pid = clone(foreign, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, NULL);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("no second mount namespace");
}

void world_build(void)
{
	int i;

	if (mkdir("/fz", 0755))
		die("mkdir /fz");
	mount_at_path("fz", "/fz", "tmpfs", 0);
	make_below(N_FZ);
	mount_at_path("fz-m", "/fz/zm", "tmpfs", 0);
	make_below(N_M);
	mount_at_path("/fz/za/zb", "/fz/zbind", NULL, MS_BIND);
	mount_at_path("/proc", "/fz/zjail/proc", NULL, MS_BIND);
	mount_at_path("/fz/za", "/fz/zjail/zalias", NULL, MS_BIND);
	mount_at_path("/fz/zm", "/fz/zjail/zm", NULL, MS_BIND);
	mount_at_path(NULL, "/fz/zjail/zm", NULL,
		      MS_BIND | MS_REMOUNT | MS_NOSUID);

	hold_removed();
	hold_detached();
	hold_foreign();
	held_fds[HELD_HOME] = hold("/");
	held_fds[HELD_MAIN_ROOT] = hold("/");

	world_learn_mounts(SET_MAIN);
	for (i = 0; i < node_count; i++)
		if (nodes[i].parent != NONE && nodes[i].kind == DIRECTORY &&
		    world_path(i) && i != N_PROC_POINT)
			learn(NONE, i, AT_FDCWD, world_path(i));
	/* A mount covers what was there; those are nobody's root. */
	world_learn_mounts(SET_MAIN);
	learn(M_DETACHED, N_DETACHED, held_fds[HELD_DETACHED], "");
	learn(NONE, N_DETACHED_SUB, held_fds[HELD_DETACHED_SUB], "");
	learn(NONE, N_REMOVED, held_fds[HELD_REMOVED], "");
	learn(M_CLONE, N_A, held_fds[HELD_CLONE], "");
}
