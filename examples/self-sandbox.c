// SPDX-License-Identifier: GPL-2.0
/*
 * A program that locks itself up before it touches data from strangers: it
 * counts the lines of its standard input in an empty root.
 *
 *	cc -o self-sandbox self-sandbox.c
 *	mkdir empty && ./self-sandbox empty </etc/services
 *
 * The order matters. Take confine() as it is.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/landlock.h>
#include <locale.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* No file at all may be opened any more: all rights, and no exceptions. */
static void forbid_files(void)
{
	const struct landlock_ruleset_attr rules = {
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	};
	int ruleset = syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);

	/* A kernel without Landlock: the chroot must do. */
	if (ruleset < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return;
	if (ruleset < 0 || syscall(SYS_landlock_restrict_self, ruleset, 0))
		err(1, "Landlock");
	close(ruleset);
}

/* All but 0, 1 and 2, whatever the limit is, and these must not be directories. */
static void close_descriptors(void)
{
	struct stat st;

	if (syscall(SYS_close_range, 3, ~0U, 0))
		err(1, "close_range");
	for (int fd = 0; fd < 3; fd++) {
		if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
			errx(1, "descriptor %d is a directory: it would lead out of the new root",
			     fd);
	}
}

static void confine(const char *newroot)
{
	/* 1. Load what is loaded on demand: locales, NSS, time zones, plug-ins. */
	setlocale(LC_ALL, "");

	/* 2. Nothing that is executed from now on gains a privilege. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err(1, "no_new_privs");

	/* 3. An open directory leads out of the root. */
	close_descriptors();

	/* 4. In this order: the working directory leads out as well. */
	if (chroot(newroot))
		err(1, "chroot %s", newroot);
	if (chdir("/"))
		err(1, "chdir");

	/* 5. What chroot does not hold: Landlock, or a seccomp filter. */
	forbid_files();
}

int main(int argc, char **argv)
{
	long lines = 0;
	int c;

	if (argc != 2)
		errx(2, "usage: self-sandbox newroot");
	confine(argv[1]);

	/* Whatever goes wrong from here on goes wrong in an empty root. */
	puts("confined");
	fflush(stdout);
	while ((c = getchar()) != EOF)
		lines += c == '\n';
	printf("%ld lines\n", lines);
	return 0;
}
