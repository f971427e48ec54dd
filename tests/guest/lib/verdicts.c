// SPDX-License-Identifier: GPL-2.0
/*
 * The verdicts: one chroot(2) call, what it answered, what it changed, and
 * which counter says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "callers.h"
#include "module.h"
#include "verdicts.h"

int (*chroot_entry)(const char *path) = sys_chroot;

static char noted[256];

void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(noted, sizeof(noted), format, arguments);
	va_end(arguments);
}

void check_each_entry(void (*function)(void *), void *argument)
{
	for (int i = 0; i < n_entries; i++) {
		if (!entry_works(&entries[i]))
			continue;
		chroot_entry = entries[i].call;
		note("entry: %s", entries[i].name);
		check_in_child(function, argument);
	}
	chroot_entry = sys_chroot;
	note("%s", "");
}

/* Which directory, reached through which mount. */
struct place {
	unsigned long long mount, inode, device;
};

/* What a chroot(2) call could change of its caller. */
struct state {
	struct place root, cwd;
	uid_t uid[3];
	gid_t gid[3];
	struct __user_cap_data_struct capabilities[2];
	unsigned long long counters[N_COUNTERS];
};

static bool find_place(const char *path, struct place *place)
{
	struct statx st;

	memset(place, 0, sizeof(*place));
	if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_MNT_ID, &st))
		return false;
	place->mount = st.stx_mnt_id;
	place->inode = st.stx_ino;
	place->device = (unsigned long long)st.stx_dev_major << 32 | st.stx_dev_minor;
	return true;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void read_state(struct state *state)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	memset(state, 0, sizeof(*state));
	ck_assert_msg(find_place("/", &state->root), "stat of \"/\": %m");
	/* A caller need not have search permission for where it stands. */
	find_place(".", &state->cwd);
	getresuid(&state->uid[0], &state->uid[1], &state->uid[2]);
	getresgid(&state->gid[0], &state->gid[1], &state->gid[2]);
	syscall(SYS_capget, &header, state->capabilities);
	for (int i = 0; i < N_COUNTERS; i++)
		state->counters[i] = counter(counter_name(i));
}

/* Tests pass bad pointers and very long names too, so the kernel reads it. */
static const char *printable(const char *path)
{
	static char text[64];
	struct iovec here = { .iov_base = text, .iov_len = sizeof(text) - 1 };
	struct iovec there = { .iov_base = (void *)path, .iov_len = here.iov_len };
	ssize_t n = process_vm_readv(getpid(), &here, 1, &there, 1, 0);

	if (n <= 0)
		snprintf(text, sizeof(text), "%p", (const void *)path);
	else
		text[n] = '\0';
	return text;
}

/*
 * The whole check. counted: the one counter that grows, or NULL. error: the
 * errno, or 0.
 */
static void expect(const char *path, const char *counted, int error)
{
	struct place target = { 0 };
	struct state before, after;
	char name[96];
	int result;

	snprintf(name, sizeof(name), "chroot(\"%s\")", printable(path));
	if (!error)
		ck_assert_msg(find_place(path, &target), "%s: stat: %m [%s]", name, noted);
	read_state(&before);
	result = chroot_entry(path);
	read_state(&after);

	for (int i = 0; i < N_COUNTERS; i++) {
		const char *which = counter_name(i);
		unsigned long long grown = after.counters[i] - before.counters[i];
		unsigned long long expected = counted && !strcmp(counted, which);

		ck_assert_msg(grown == expected,
			      "%s = %d, expected %d (%s): counter %s grew by %llu, not %llu [%s]",
			      name, result, -error, counted ? counted : "no counter",
			      which, grown, expected, noted);
	}
	ck_assert_msg(result == -error, "%s = %d (%s), expected %d (%s) [%s]",
		      name, result, strerror(-result), -error, strerror(error), noted);
	if (error)
		ck_assert_msg(same_place(&before.root, &after.root),
			      "%s failed as expected, but the root has moved [%s]",
			      name, noted);
	else
		ck_assert_msg(same_place(&target, &after.root),
			      "%s worked, but the root is not what the path was [%s]",
			      name, noted);
	ck_assert_msg(same_place(&before.cwd, &after.cwd),
		      "%s: the working directory has moved [%s]", name, noted);
	ck_assert_msg(!memcmp(before.uid, after.uid, sizeof(before.uid)) &&
		      !memcmp(before.gid, after.gid, sizeof(before.gid)),
		      "%s: uid or gid has changed [%s]", name, noted);
	ck_assert_msg(!memcmp(before.capabilities, after.capabilities,
			      sizeof(before.capabilities)),
		      "%s: the capabilities have changed [%s]", name, noted);
}

void expect_granted(const char *path)
{
	expect(path, "allowed", 0);
}

void expect_refused_errno(const char *path, const char *reason, int error)
{
	char name[64];

	snprintf(name, sizeof(name), "refused_%s", reason);
	expect(path, name, error);
}

void expect_refused(const char *path, const char *reason)
{
	expect_refused_errno(path, reason, EPERM);
}

void expect_stock(const char *path, int error)
{
	expect(path, NULL, error);
}

void expect_verdict(const char *path, const char *reason)
{
	if (reason)
		expect_refused(path, reason);
	else
		expect_granted(path);
}
