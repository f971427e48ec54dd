// SPDX-License-Identifier: GPL-2.0
/*
 * Users and groups, from /etc/passwd and /etc/group alone: a static program
 * cannot load the plug-ins that know more. Numbers always work.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uchroot.h"

/* -1 is what the system calls take for "as it is". */
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
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *entry = NULL;

	while (file && (entry = fgetpwent(file)))
		if (name ? !strcmp(entry->pw_name, name) : entry->pw_uid == uid)
			break;
	if (file)
		fclose(file);
	return entry;
}

static gid_t find_group(const char *name)
{
	FILE *file = fopen("/etc/group", "re");
	struct group *entry = NULL;
	unsigned int gid;

	while (file && (entry = fgetgrent(file)))
		if (!strcmp(entry->gr_name, name))
			break;
	if (file)
		fclose(file);
	if (entry)
		return entry->gr_gid;
	if (!number(name, &gid)) {
		errno = 0;
		die(EXIT_TOOL,
		    "no group '%s' in /etc/group (a number is taken too)",
		    name);
	}
	return gid;
}

char *group_name(gid_t gid)
{
	FILE *file = fopen("/etc/group", "re");
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

static void add_group(struct identity *identity, gid_t gid)
{
	identity->groups = realloc(identity->groups,
				   (identity->group_count + 1) * sizeof(gid));
	if (!identity->groups)
		die(EXIT_TOOL, "out of memory");
	identity->groups[identity->group_count++] = gid;
}

/* The groups of which /etc/group says that the user is a member. */
static void add_groups_of(struct identity *identity, const char *user)
{
	FILE *file = fopen("/etc/group", "re");
	struct group *entry;
	char **member;

	while (file && (entry = fgetgrent(file)))
		for (member = entry->gr_mem; *member; member++)
			if (!strcmp(*member, user))
				add_group(identity, entry->gr_gid);
	if (file)
		fclose(file);
}

static void find_list(struct identity *identity, const char *groups)
{
	char *list = strdup(groups), *name, *rest = list;

	while ((name = strsep(&rest, ",")))
		if (*name)
			add_group(identity, find_group(name));
	free(list);
}

void identity_find(struct identity *identity, const char *user,
		   const char *group, const char *groups)
{
	struct passwd *entry = NULL;
	unsigned int uid;

	memset(identity, 0, sizeof(*identity));
	if (group) {
		identity->gid = find_group(group);
		identity->set_gid = true;
	}
	if (groups) {
		find_list(identity, groups);
		identity->set_groups = true;
	}
	if (!user)
		return;

	entry = find_user(user, 0);
	if (entry) {
		identity->uid = entry->pw_uid;
	} else if (number(user, &uid)) {
		identity->uid = uid;
		entry = find_user(NULL, uid);
	} else {
		errno = 0;
		die(EXIT_TOOL,
		    "no user '%s' in /etc/passwd (a number is taken too)",
		    user);
	}
	identity->set_uid = true;
	/* Whoever gives up a uid must not keep the groups that went with it. */
	if (!group && !entry) {
		errno = 0;
		die(EXIT_TOOL,
		    "no user %s in /etc/passwd: name a group with -g", user);
	}
	if (!group) {
		identity->gid = entry->pw_gid;
		identity->set_gid = true;
	}
	if (!groups) {
		if (entry)
			add_groups_of(identity, entry->pw_name);
		identity->set_groups = true;
	}
}

void identity_take(const struct identity *identity)
{
	if (identity->set_groups &&
	    setgroups(identity->group_count, identity->groups))
		die(EXIT_TOOL, "cannot set the supplementary groups");
	if (identity->set_gid &&
	    setresgid(identity->gid, identity->gid, identity->gid))
		die(EXIT_TOOL, "cannot set the group to %u", identity->gid);
	if (identity->set_uid &&
	    setresuid(identity->uid, identity->uid, identity->uid))
		die(EXIT_TOOL, "cannot set the user to %u", identity->uid);
}
