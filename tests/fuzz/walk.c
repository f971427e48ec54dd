// SPDX-License-Identifier: GPL-2.0
/*
 * Where a path leads, as path_resolution(7) and proc(5) have it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define MOST_LINKS	40

struct walker {
	const struct caller *caller;
	struct place at;
	int links;
	bool met_process;
};

static bool is_directory(int node)
{
	return nodes[node].kind == DIRECTORY || nodes[node].kind == PROC_FDS;
}

bool may_search(const struct caller *caller, int node)
{
	if (!nodes[node].private || caller->kind & W_ROOT)
		return true;
	/* A capability over root's files, not one in a user namespace. */
	return (caller->caps == CAPS_ALL || caller->caps == CAPS_ALL_BUT_CHROOT) &&
	       !(caller->kind & W_USER_NAMESPACE);
}

/* What is mounted there covers it; nothing is mounted twice in one place. */
static struct place surface(struct place place)
{
	const int set = place.mount / SET_MOUNTS;
	int mount;

	if (!nodes[place.node].point || set >= SETS)
		return place;
	for (mount = MOUNT(set, 0); mount < MOUNT(set + 1, 0); mount++) {
		const struct mount m = mount_at(mount);

		if (m.parent == place.mount && m.point == place.node) {
			place.mount = mount;
			place.node = m.top;
			break;
		}
	}
	return place;
}

static void go_up(struct walker *w)
{
	struct place at = w->at;

	if (same_place(at, w->caller->root))
		return;
	while (at.node == mount_at(at.mount).top) {
		const struct mount mount = mount_at(at.mount);

		if (mount.parent == NONE)
			return;
		at.mount = mount.parent;
		at.node = mount.point;
		if (same_place(at, w->caller->root))
			return;
	}
	at.node = nodes[at.node].parent;
	w->at = surface(at);
}

/* A descriptor by its number. */
static int open_file(struct walker *w, const char *name, size_t length)
{
	const struct slot *slot;
	char number[16] = "";

	if (length < sizeof(number))
		memcpy(number, name, length);
	for (slot = w->caller->slots; slot < w->caller->slots + SLOTS; slot++)
		if (slot->fd != NONE && slot->fd == atoi(number)) {
			if (w->links++ >= MOST_LINKS)
				return ELOOP;
			w->at = slot->place;
			return 0;
		}
	return ENOENT;
}

/* Faster, where most differ early, than the library's strncmp(). */
static bool is_called(const struct node *node, const char *name, size_t length)
{
	size_t i;

	if (!node->name)
		return false;
	for (i = 0; i < length; i++)
		if (node->name[i] != name[i])
			return false;
	return !node->name[length];
}

static int find_child(int parent, const char *name, size_t length)
{
	int i;

	for (i = 0; i < node_count; i++)
		if (nodes[i].parent == parent && !nodes[i].removed &&
		    is_called(&nodes[i], name, length))
			return i;
	return NONE;
}

static bool in_proc(int node)
{
	return node == N_PROC || node == N_PID || node == N_FDS;
}

static int follow(struct walker *w, const char *path);

static int go_down(struct walker *w, const char *name, size_t length)
{
	int child;

	if (nodes[w->at.node].removed)
		return ENOENT;
	if (length > NAME_MAX)
		return in_proc(w->at.node) ? ENOENT : ENAMETOOLONG;
	if (nodes[w->at.node].kind == PROC_FDS)
		return open_file(w, name, length);
	if (w->at.node == N_PROC && strspn(name, "0123456789") >= length)
		w->met_process = true;
	child = find_child(w->at.node, name, length);
	if (child == NONE)
		return ENOENT;

	switch (nodes[child].kind) {
	case DIRECTORY:
	case NOT_DIRECTORY:
	case PROC_FDS:
		w->at.node = child;
		w->at = surface(w->at);
		return 0;
	default:
		if (w->links++ >= MOST_LINKS)
			return ELOOP;
	}
	switch (nodes[child].kind) {
	case PROC_SELF:
		w->at.node = N_PID;
		return 0;
	case PROC_ROOT:
		w->at = w->caller->root;
		return 0;
	case PROC_CWD:
		w->at = w->caller->cwd;
		return 0;
	default:
		return follow(w, nodes[child].target);
	}
}

static int go(struct walker *w, const char *name, size_t length)
{
	if (!is_directory(w->at.node))
		return ENOTDIR;
	if (!may_search(w->caller, w->at.node))
		return EACCES;
	if (length == 1 && name[0] == '.')
		return 0;
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		go_up(w);
		return 0;
	}
	return go_down(w, name, length);
}

static int follow(struct walker *w, const char *path)
{
	size_t length;
	int error;

	if (*path == '/')
		w->at = w->caller->root;
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		length = strcspn(path, "/");
		error = go(w, path, length);
		if (error)
			return error;
		path += length;
	}
	return 0;
}

int walk(const struct caller *caller, const char *path, struct place *place)
{
	struct walker w = { .caller = caller, .at = caller->cwd };
	int error;

	if (!*path)
		return ENOENT;
	if (strlen(path) >= PATH_MAX)
		return ENAMETOOLONG;
	error = follow(&w, path);
	if (error)
		return error;
	*place = w.at;
	if (!is_directory(w.at.node))
		return ENOTDIR;
	return may_search(caller, w.at.node) ? 0 : EACCES;
}

bool walk_meets_process(const struct caller *caller, const char *path)
{
	struct walker w = { .caller = caller, .at = caller->cwd };

	follow(&w, path);
	return w.met_process;
}

bool walk_step(const struct caller *caller, const char *name, struct place *place)
{
	struct walker w = { .caller = caller, .at = *place };

	if (go(&w, name, strlen(name)))
		return false;
	*place = w.at;
	return true;
}
