// SPDX-License-Identifier: GPL-2.0
/*
 * The contract: who is served, and what a served caller is told.
 */
#include <errno.h>

#include "fuzz.h"

const char *const counter_names[COUNTERS] = {
	"allowed", "refused_no_new_privs", "refused_user_namespace",
	"refused_group", "refused_seccomp", "refused_shared_fs",
	"refused_nested", "refused_not_beneath", "refused_untrusted_root",
	"refused_open_directory", "refused_shared_files",
	"refused_cwd_outside", "refused_mac",
};

/* -- the caller ------------------------------------------------------------- */

static bool has_capability(const struct caller *caller)
{
	return caller->caps == CAPS_CHROOT || caller->caps == CAPS_ALL;
}

static bool in_group(const struct caller *caller, int64_t gid)
{
	const int64_t effective = caller->kind & W_EFFECTIVE ? 2000 :
				  caller->kind & W_ROOT ? 0 : 1000;

	return gid == effective || (gid == 2000 && caller->kind & W_MEMBER);
}

static bool shares_fs(const struct caller *caller)
{
	if (caller->alone)
		return false;
	if (caller->kind & W_THREAD)
		return !(caller->kind & W_UNSHARED);
	return caller->kind & W_PEER_FS;
}

static bool shares_files(const struct caller *caller)
{
	if (caller->alone)
		return false;
	if (caller->kind & W_THREAD)
		return !(caller->kind & W_UNSHARED);
	return caller->kind & W_PEER_FILES;
}

static bool directory_open(const struct caller *caller)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (caller->slots[i].fd != NONE && caller->slots[i].directory)
			return true;
	return false;
}

/* -- places ----------------------------------------------------------------- */

struct place model_home(const struct caller *caller)
{
	const int set = caller->kind & W_MOUNT_NAMESPACE ? SET_OWN : SET_MAIN;
	const struct place home = { MOUNT(set, M_ROOT), N_ROOT };

	return home;
}

static bool chrooted(const struct caller *caller)
{
	return !same_place(caller->root, model_home(caller));
}

/* Up through the mounts of the one tree, to the other's mount, then its node. */
static bool beneath(struct place place, struct place top)
{
	int node;

	while (place.mount != top.mount) {
		const struct mount mount = mount_at(place.mount);

		if (mount.parent == NONE)
			return false;
		place.mount = mount.parent;
		place.node = mount.point;
	}
	for (node = place.node; node != NONE; node = nodes[node].parent)
		if (node == top.node)
			return true;
	return false;
}

static bool trusted(const struct caller *caller, struct place place)
{
	/* It has nosuid, in every namespace. */
	if (place.mount < M_DETACHED && place.mount % SET_MOUNTS == M_JAIL_M)
		return false;
	if (place.node == N_PID || place.node == N_FDS)
		return caller->kind & W_ROOT;
	return !nodes[place.node].users;
}

/* -- the verdict ------------------------------------------------------------ */

static bool served(const struct caller *caller, const struct tunables *t)
{
	if (!t || !t->enabled)
		return false;
	if (has_capability(caller))
		return t->restrict_privileged;
	return (caller->kind & W_NNP) || !t->require_no_new_privs;
}

/* Section 3 of the contract, line by line. */
static int judge(const struct caller *caller, const struct tunables *t,
		 struct place new_root)
{
	const bool in_chroot = chrooted(caller);
	const bool unprivileged = !has_capability(caller);

	if (unprivileged) {
		if (!t->allow_user_namespaces &&
		    caller->kind & W_USER_NAMESPACE)
			return C_USER_NAMESPACE;
		if (t->allowed_group != -1 &&
		    !in_group(caller, t->allowed_group))
			return C_GROUP;
		if (!t->allow_seccomp && caller->kind & W_SECCOMP)
			return C_SECCOMP;
		if (t->require_unshared_fs && shares_fs(caller))
			return C_SHARED_FS;
		if (!t->allow_nested && in_chroot)
			return C_NESTED;
		if (t->require_beneath && !beneath(new_root, caller->root))
			return C_NOT_BENEATH;
		if (t->require_trusted_root && !trusted(caller, new_root))
			return C_UNTRUSTED_ROOT;
	}
	if (t->allow_open_directories == 0 ||
	    (t->allow_open_directories == 1 && in_chroot)) {
		if (directory_open(caller))
			return C_OPEN_DIRECTORY;
		if (shares_files(caller))
			return C_SHARED_FILES;
	}
	if (unprivileged) {
		if ((t->require_cwd_beneath == 2 ||
		     (t->require_cwd_beneath == 1 && in_chroot)) &&
		    !beneath(caller->cwd, new_root))
			return C_CWD_OUTSIDE;
	}
	if (caller->kind & W_CONFINED)
		return C_MAC;
	return C_ALLOWED;
}

struct verdict model_verdict(const struct caller *caller,
			     const struct tunables *tunables, const char *path)
{
	struct verdict verdict = { .counter = C_NOTHING };

	verdict.error = walk(caller, path, &verdict.place);
	if (verdict.error)
		return verdict;

	if (served(caller, tunables)) {
		verdict.counter = judge(caller, tunables, verdict.place);
		verdict.error = verdict.counter == C_ALLOWED ? 0 : EPERM;
	} else if (!has_capability(caller) || caller->kind & W_CONFINED) {
		verdict.error = EPERM;
	}
	return verdict;
}
