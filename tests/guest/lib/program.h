/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the programs that know nothing of libcheck, such as churn and bench:
 * loading, unloading, being somebody, giving up.
 */
#ifndef UCHROOT_TEST_PROGRAM_H
#define UCHROOT_TEST_PROGRAM_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE_NAME	"unprivileged_chroot"
#define MODULE_FILE	"/lib/modules/unprivileged_chroot.ko"
#define TEST_UID	1000

/* Says what went wrong and what errno is, and ends the process. */
static inline void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	const int error = errno;
	va_list arguments;

	printf("not ok ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	errno = error;
	printf(": %m\n");
	fflush(stdout);
	_exit(1);
}

static inline void load_module(void)
{
	const int fd = open(MODULE_FILE, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		die("cannot load %s", MODULE_FILE);
	close(fd);
}

/* One try: 0, or -1 with errno. */
static inline int unload_module(void)
{
	return syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK);
}

/* uid and gid 1000, no groups, no capabilities. */
static inline void be_user(bool no_new_privs)
{
	if (setgroups(0, NULL) || setresgid(TEST_UID, TEST_UID, TEST_UID) ||
	    setresuid(TEST_UID, TEST_UID, TEST_UID))
		die("cannot become uid %d", TEST_UID);
	if (no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("cannot set no_new_privs");
}

#endif
