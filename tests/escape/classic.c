// SPDX-License-Identifier: GPL-2.0
/*
 * The double chroot: a root beneath the working directory, and then "..".
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"

#define NR_FCHROOT	472

static void double_chroot(void)
{
	chroot_entry("d");
	look(AT_FDCWD);
}

#ifdef __x86_64__
static void by_int80(void)
{
	if (sys_chroot_ia32(NULL) == -ENOSYS)
		unavailable("no 32-bit system calls");
	chroot_entry = sys_chroot_ia32;
	double_chroot();
}

static void by_x32(void)
{
	chroot_entry = sys_chroot_x32;
	double_chroot();
}

static const char *no_x32(void)
{
	const struct entry x32 = { "x32", sys_chroot_x32 };

	return entry_works(&x32) ? NULL : "no x32 in this kernel";
}
#endif

/* In two steps: the second root lies beneath the first, the cwd above both. */
static void deeper_and_deeper(void)
{
	chroot_entry("/d");
	chroot_entry("/e");
	look(AT_FDCWD);
}

/* The root that one has is beneath itself, and all of it may be asked for. */
static void same_root_first(void)
{
	chroot_entry("/");
	chroot_entry(".");
	double_chroot();
}

static void by_fchroot(void)
{
	const int fd = open("d", O_PATH | O_CLOEXEC);

	must(fd >= 0);
	syscall(NR_FCHROOT, fd, 0);
	close(fd);
	look(AT_FDCWD);
}

static const char *no_fchroot(void)
{
	return syscall(NR_FCHROOT, -1, 0) && errno == ENOSYS ?
		"no fchroot(2) in this kernel" : NULL;
}

/* What an administrator does who forgets the chdir(). */
static void stand_above(void)
{
	must(chdir(top) == 0);
}

static void chroot_here(void)
{
	look(AT_FDCWD);
	chroot_entry(".");
	look(AT_FDCWD);
}

const struct technique classic_techniques[] = {
	{ "double chroot", .attack = double_chroot, .control = CAP(SYS_CHROOT), .nested = HELD },
#ifdef __x86_64__
	{ "double chroot by int 0x80", .attack = by_int80, .control = CAP(SYS_CHROOT),
	  .nested = HELD },
	{ "double chroot by x32", .attack = by_x32, .control = CAP(SYS_CHROOT),
	  .nested = HELD, .lacking = no_x32 },
#endif
	{ "double chroot by fchroot(2)", .attack = by_fchroot, .control = CAP(SYS_CHROOT),
	  .nested = HELD, .lacking = no_fchroot },
	{ "triple chroot", .attack = deeper_and_deeper, .control = CAP(SYS_CHROOT),
	  .nested = HELD },
	{ "chroot to the root that one has, then a double chroot", .attack = same_root_first,
	  .control = CAP(SYS_CHROOT), .nested = HELD },
	{ "working directory left outside by the administrator", .prepare = stand_above,
	  .no_chdir = true, .attack = chroot_here, .nested = OUT },
	{ 0 }
};
