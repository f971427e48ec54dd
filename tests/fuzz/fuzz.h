/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random calls of chroot(2), checked against a model of the contract.
 *
 * main.c    the run: modules, parameters, batches, counters, the report
 * worker.c  callers of every kind, and putting one into its place
 * batch.c   one caller's calls, each compared with what the model says
 * paths.c   random paths
 * params.c  the module's parameters: what is written, what must come of it
 * world.c   the directories and mounts, for real and as the model has them
 * walk.c    the model: where a path leads
 * model.c   the model: what a caller is told
 *
 * The model knows the contract and what the kernel's manuals say of paths. It
 * shares no code with the module.
 */
#ifndef UCHROOT_FUZZ_H
#define UCHROOT_FUZZ_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

/* -- random numbers --------------------------------------------------------- */

/* The same numbers for the same seed and the same two words. */
void random_start(uint64_t seed, uint64_t what, uint64_t which);
unsigned int below(unsigned int limit);
bool chance(unsigned int percent);

enum { RANDOM_EPOCH = 1, RANDOM_BLOCK, RANDOM_BATCH, RANDOM_CALLS, RANDOM_WORKER };

/* -- the world -------------------------------------------------------------- */

enum node_kind {
	DIRECTORY,
	NOT_DIRECTORY,
	LINK,
	PROC_SELF,		/* /proc/self */
	PROC_FDS,		/* /proc/self/fd */
	PROC_ROOT, PROC_CWD,	/* /proc/self/root, /proc/self/cwd */
};

struct node {
	int parent;		/* in its own file system, or NONE */
	const char *name;
	enum node_kind kind;
	const char *target;	/* of a link */
	bool private;		/* only root may search it */
	bool users;		/* it is not root's */
	bool removed;
	int covers;		/* top of a file system: where it is mounted */
	bool point;		/* something is mounted there */
};

#define NONE	-1

/* Those that the code speaks of; world.c has the others. */
enum {
	N_ROOT, N_FZ_POINT, N_PROC_POINT, N_FZ, N_A, N_B, N_JAIL, N_M_POINT,
	N_M, N_BIND_POINT, N_JAIL_PROC, N_JAIL_ALIAS, N_JAIL_M, N_PROC, N_PID,
	N_FDS, N_DETACHED, N_DETACHED_SUB, N_REMOVED, N_OTHER, N_FIRST_PLAIN
};

extern const struct node nodes[];
extern const int node_count;

/* Mounts come in sets: one for each mount namespace. */
enum { SET_MAIN, SET_FOREIGN, SET_OWN, SETS };
enum {
	M_ROOT, M_PROC, M_FZ, M_M, M_BIND, M_JAIL_PROC, M_JAIL_ALIAS, M_JAIL_M,
	SET_MOUNTS,
	M_DETACHED = SETS * SET_MOUNTS,		/* without a namespace */
	M_CLONE,
	MOUNTS
};
#define MOUNT(set, mount)	((set) * SET_MOUNTS + (mount))

struct mount {
	int top;		/* node */
	int parent, point;	/* mount and node, or NONE */
};

/* A directory, and the mount that it is reached by. */
struct place {
	int mount, node;
};

struct mount mount_at(int mount);
bool same_place(struct place a, struct place b);

/* Places that no path leads to. Their descriptors are kept in flight. */
enum {
	HELD_HOME, HELD_MAIN_ROOT, HELD_REMOVED, HELD_DETACHED,
	HELD_DETACHED_SUB, HELD_CLONE, HELD_FOREIGN_ROOT, HELD_FOREIGN_B,
	HELD
};
extern struct place held_places[HELD];
extern int held_fds[HELD];	/* in the main process */

void world_build(void);
/* In a process that has a mount namespace of its own. */
void world_learn_mounts(int set);
/* The path of a node in any namespace, or NULL. */
const char *world_path(int node);
/* Is it what the kernel says of this descriptor and name? */
bool world_is(struct place place, int fd, const char *name);
/* The same in words. */
const char *world_found(int fd, const char *name);

/* -- callers ---------------------------------------------------------------- */

/* What a worker is from its beginning on. */
enum {
	W_NNP = 1 << 0,
	W_SECCOMP = 1 << 1,
	W_USER_NAMESPACE = 1 << 2,
	W_MOUNT_NAMESPACE = 1 << 3,
	W_PEER_FS = 1 << 4,
	W_PEER_FILES = 1 << 5,
	W_THREAD = 1 << 6,		/* the caller is not the leader */
	W_LEADER_NNP = 1 << 7,
	W_UNSHARED = 1 << 8,		/* that thread shares nothing */
	W_ROOT = 1 << 9,		/* uid 0 */
	W_MEMBER = 1 << 10,		/* supplementary group 2000 */
	W_EFFECTIVE = 1 << 11,		/* effective group 2000 */
	W_CONFINED = 1 << 12,		/* by AppArmor, without sys_chroot */
	W_IN_JAIL = 1 << 13,		/* for the confined, who cannot move */
};

#define WORKERS	32

/* Capabilities that are effective. */
enum { CAPS_NONE, CAPS_CHROOT, CAPS_ALL_BUT_CHROOT, CAPS_ALL };

#define SLOTS	12

struct slot {
	int fd;			/* NONE: free */
	bool directory;
	struct place place;
};

/* All that the model knows of a caller. */
struct caller {
	unsigned int kind;	/* W_... */
	int caps;		/* CAPS_... */
	bool alone;		/* forked off: no peers, no threads */
	struct place root, cwd;
	struct slot slots[SLOTS];
};

/* -- the contract ----------------------------------------------------------- */

struct tunables {
	int64_t enabled, allow_open_directories, allow_nested,
		require_cwd_beneath, allow_seccomp, allow_user_namespaces,
		allowed_group, require_trusted_root, restrict_privileged, log,
		require_no_new_privs, require_unshared_fs, require_beneath;
};

enum {
	C_ALLOWED, C_NO_NEW_PRIVS, C_USER_NAMESPACE, C_GROUP, C_SECCOMP,
	C_SHARED_FS, C_NESTED, C_NOT_BENEATH, C_UNTRUSTED_ROOT,
	C_OPEN_DIRECTORY, C_SHARED_FILES, C_CWD_OUTSIDE, C_MAC, COUNTERS, C_NOTHING = COUNTERS
};
extern const char *const counter_names[COUNTERS];

struct verdict {
	int error;		/* 0: the root is now what "place" says */
	int counter;
	struct place place;
};

/* The errno of the lookup, search permission included, or 0. */
int walk(const struct caller *caller, const char *path, struct place *place);
/* Does it go by a number in /proc, behind which there may be any process? */
bool walk_meets_process(const struct caller *caller, const char *path);
/* One step further, for who makes up paths; false: there is no way. */
bool walk_step(const struct caller *caller, const char *name, struct place *place);
bool may_search(const struct caller *caller, int node);
/* tunables: NULL when the module is not loaded. */
struct verdict model_verdict(const struct caller *caller,
			     const struct tunables *tunables, const char *path);
struct place model_home(const struct caller *caller);

/* -- parameters ------------------------------------------------------------- */

void params_begin(void);	/* once */
void params_open(void);		/* after every load */
void params_reset(void);	/* instead of one, see main.c */
void params_switch_off(struct tunables *now);
void params_default(struct tunables *tunables);
void params_random(struct tunables *tunables);
/* Those that taint are chosen for many batches together. */
void params_random_unsafe(struct tunables *tunables);
/* Writes what differs, and looks at what came of it. */
void params_set(const struct tunables *wanted, struct tunables *now);
/* All of them as the kernel shows them. */
void params_look(const struct tunables *expected);
/* One write that must fail and change nothing. */
void params_spoil(bool locked, const struct tunables *now);
/* As words for a load, locked=Y somewhere among them if asked for. */
const char *params_words(const struct tunables *wanted, bool locked);
/* Words for a load that must fail with this errno. */
const char *params_bad_words(int *error);
/* The module was given these. */
void params_expect_taint(const struct tunables *tunables);
void params_check_taint(void);

/* -- workers and their batches ---------------------------------------------- */

#define BATCH_CALLS	96

struct shared {
	/* From the main process. */
	uint64_t seed, batch;
	int worker;
	bool loaded;
	struct tunables tunables;
	/* From the worker; of this batch, and of all. */
	uint64_t expected[COUNTERS + 1];
	uint64_t calls, errors[256], moves, mismatches;
};
extern struct shared *shared;

/* Says what is wrong, and how to see it again. */
void mismatch(const char *format, ...) __attribute__((format(printf, 1, 2)));

void workers_start(uint64_t seed);
int worker_choose(void);
/*
 * The two halves of a batch: the worker takes its place, for which it needs
 * restrict_privileged=N, and then makes its calls.
 */
void worker_place(int worker);
void worker_call(int worker);
const char *worker_text(int worker);

/* In the worker. */
void caller_remember_caps(void);
void caller_place(struct caller *caller, int held);
void caller_close(struct caller *caller);
bool slot_open(struct caller *caller, struct place place, int directory);
void batch_run(struct caller *caller);

struct guess {
	char text[PATH_MAX + 16];
	bool bad;		/* not the text but a pointer that leads nowhere */
	const void *pointer;
	bool unterminated;	/* the text ends where the memory does */
};
void guess_path(const struct caller *caller, struct guess *guess);

#endif
