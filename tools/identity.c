// SPDX-License-Identifier: GPL-2.0
/*
 * Users and groups, from /etc/passwd and /etc/group alone: a static program
 * cannot load the plug-ins that know more. Numbers always work.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "identity.h"
#include "messages.h"
#include "process.h"

#define USERS "/etc/passwd"
#define GROUPS "/etc/group"

/* -- the files ----------------------------------------------------------------- */

/* NULL where there is none; to call it empty takes that it was read. */
static FILE *open_names(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file && errno != ENOENT)
		die(errno, "cannot read %s", path);
	return file;
}

static void close_names(FILE *file, const char *path)
{
	if (file && ferror(file))
		die(errno, "cannot read %s", path);
	if (file)
		fclose(file);
}

/* "+" and "-" are NIS's, and -1 is what the system calls take for "as it is". */
static bool usable(const char *name, unsigned int number)
{
	return *name != '+' && *name != '-' && number != (unsigned int)-1;
}

static bool number(const char *text, unsigned int *value)
{
	char *end;
	unsigned long n;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || n >= (unsigned int)-1)
		return false;
	*value = n;
	return true;
}

/* The entry with this name, or with this number if name is NULL. */
static struct passwd *find_user(const char *name, uid_t uid)
{
	FILE *file = open_names(USERS);
	struct passwd *entry = NULL;

	while (file && (entry = fgetpwent(file)))
		if (usable(entry->pw_name, entry->pw_uid) &&
		    (name ? !strcmp(entry->pw_name, name) :
			    entry->pw_uid == uid))
			break;
	close_names(file, USERS);
	return entry;
}

static gid_t find_group(const char *name)
{
	FILE *file = open_names(GROUPS);
	struct group *entry = NULL;
	unsigned int gid;

	while (file && (entry = fgetgrent(file)))
		if (usable(entry->gr_name, entry->gr_gid) &&
		    !strcmp(entry->gr_name, name))
			break;
	close_names(file, GROUPS);
	if (entry)
		return entry->gr_gid;
	if (!number(name, &gid))
		die(0, "no group '%s' in " GROUPS " (a number is taken too)",
		    name);
	return gid;
}

char *group_name(gid_t gid)
{
	FILE *file = fopen(GROUPS, "re");
	struct group *entry = NULL;
	char *name = NULL;

	while (file && (entry = fgetgrent(file)))
		if (entry->gr_gid == gid)
			break;
	if (entry)
		name = strdup(entry->gr_name);
	if (file)
		fclose(file);
	return name;
}

/* -- what is wanted --------------------------------------------------------------- */

static void add_group(struct identity *identity, gid_t gid)
{
	identity->groups = reallocate(
		identity->groups, (identity->group_count + 1) * sizeof(gid));
	identity->groups[identity->group_count++] = gid;
}

/* The groups of which /etc/group says that the user is a member. */
static void add_groups_of(struct identity *identity, const char *user)
{
	FILE *file = open_names(GROUPS);
	struct group *entry;
	char **member;

	while (file && (entry = fgetgrent(file))) {
		if (!usable(entry->gr_name, entry->gr_gid))
			continue;
		for (member = entry->gr_mem; *member; member++)
			if (!strcmp(*member, user))
				add_group(identity, entry->gr_gid);
	}
	close_names(file, GROUPS);
}

static void find_list(struct identity *identity, const char *groups)
{
	char *list = strdup(groups), *name, *rest = list;

	while ((name = strsep(&rest, ",")))
		if (*name)
			add_group(identity, find_group(name));
	free(list);
}

/* Whoever gives up a uid must not keep the groups that went with it. */
static void find_whole_user(struct identity *identity, const char *user)
{
	struct passwd *entry = find_user(user, 0);
	unsigned int uid;

	if (entry) {
		uid = entry->pw_uid;
	} else if (!number(user, &uid)) {
		die(0, "no user '%s' in " USERS " (a number is taken too%s)",
		    user,
		    strchr(user, ':') ? "; a group is named with -g" : "");
	} else {
		entry = find_user(NULL, uid);
	}
	identity->uid = uid;
	if (!identity->set_gid && !entry)
		die(0, "no user %s in " USERS ": name a group with -g", user);
	if (!identity->set_gid)
		identity->gid = entry->pw_gid;
	identity->set_gid = true;
	if (!identity->set_groups && entry)
		add_groups_of(identity, entry->pw_name);
	identity->set_groups = true;
}

/* -- what there is to change ------------------------------------------------------- */

/* The main group, as it will be, may be among them or not: no difference. */
static bool has_groups(const struct identity *identity)
{
	const gid_t main_group = identity->set_gid ? identity->gid : getegid();
	const int wanted = identity->group_count;
	gid_t *groups;
	const int count = own_groups(&groups);
	bool same = true;
	int i;

	if (count < 0)
		die(errno, "cannot look at the supplementary groups");
	for (i = 0; same && i < count; i++)
		same = groups[i] == main_group ||
		       is_among(groups[i], identity->groups, wanted);
	for (i = 0; same && i < wanted; i++)
		same = identity->groups[i] == main_group ||
		       is_among(identity->groups[i], groups, count);
	free(groups);
	return same;
}

/* Of the real, effective and saved id: are all this one? Is any? */
static bool has_id(int (*get)(unsigned int *, unsigned int *, unsigned int *),
		   unsigned int id, bool any)
{
	unsigned int is[3];
	int n;

	if (get(&is[0], &is[1], &is[2]))
		die(errno, "cannot look at the ids of this process");
	n = (is[0] == id) + (is[1] == id) + (is[2] == id);
	return any ? n > 0 : n == 3;
}

/* Before anything is done. */
static void check_rights(const struct identity *identity)
{
	const char *what = NULL;

	if (identity->set_groups && !has_groups(identity) &&
	    capable(CAP_SETGID) == NO)
		what = "other supplementary groups than yours";
	if (identity->set_gid && !has_id(getresgid, identity->gid, true) &&
	    capable(CAP_SETGID) == NO)
		what = "another group than yours";
	if (identity->set_uid && !has_id(getresuid, identity->uid, true) &&
	    capable(CAP_SETUID) == NO)
		what = "another user than you";
	if (what)
		die(0, "%s: that needs root", what);
}

void identity_find(struct identity *identity, const char *user,
		   const char *group, const char *groups)
{
	*identity = (struct identity){ .set_uid = user,
				       .set_gid = group,
				       .set_groups = groups };
	if (group)
		identity->gid = find_group(group);
	if (groups)
		find_list(identity, groups);
	if (user)
		find_whole_user(identity, user);
	check_rights(identity);
}

/* A seccomp filter may have said that it was done. */
void identity_take(const struct identity *identity)
{
	const uid_t uid = identity->uid;
	const gid_t gid = identity->gid;

	errno = 0;
	if (identity->set_groups && !has_groups(identity) &&
	    (setgroups(identity->group_count, identity->groups) ||
	     !has_groups(identity)))
		die(errno, "cannot set the supplementary groups");
	if (identity->set_gid && !has_id(getresgid, gid, false) &&
	    (setresgid(gid, gid, gid) || !has_id(getresgid, gid, false)))
		die(errno, "cannot set the group to %u", gid);
	if (identity->set_uid && !has_id(getresuid, uid, false) &&
	    (setresuid(uid, uid, uid) || !has_id(getresuid, uid, false)))
		die(errno, "cannot set the user to %u", uid);
}
