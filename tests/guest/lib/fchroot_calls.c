// SPDX-License-Identifier: GPL-2.0
/*
 * Ways to call fchroot(2) (fchroot_calls.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fchroot_calls.h"
#include "guest.h"

#define NR_FCHROOT	472
#define X32_BIT		0x40000000

int sys_fchroot(int fd, unsigned int flags)
{
	return syscall(NR_FCHROOT, fd, flags) ? -errno : 0;
}

#ifdef __x86_64__
/* All 64 bits of the registers are garbage but those that count. */
static int sys_fchroot_ia32(int fd, unsigned int flags)
{
	static const unsigned long garbage = 0xdeadbeef00000000;
	long result;

	asm volatile("int $0x80" : "=a" (result)
		     : "a" (NR_FCHROOT | garbage), "b" ((unsigned int)fd | garbage),
		       "c" (flags | garbage)
		     : "r8", "r9", "r10", "r11", "memory", "cc");
	return (int)result;
}

static int sys_fchroot_x32(int fd, unsigned int flags)
{
	return syscall(NR_FCHROOT | X32_BIT, fd, flags) ? -errno : 0;
}
#endif

/* The upper halves of the native registers do not count either. */
static int sys_fchroot_garbage(int fd, unsigned int flags)
{
	static const unsigned long garbage =
		sizeof(long) == 8 ? (unsigned long)0xdeadbeef00000000ULL : 0;

	return syscall(NR_FCHROOT, (unsigned int)fd | garbage, flags | garbage) ?
		-errno : 0;
}

const struct fentry fentries[] = {
	{ "native", sys_fchroot },
	{ "native, upper halves", sys_fchroot_garbage },
#ifdef __x86_64__
	{ "int 0x80", sys_fchroot_ia32 },
	{ "x32", sys_fchroot_x32 },
#endif
};

const int n_fentries = COUNT(fentries);

const struct fentry *fentry = fentries;

bool fentry_works(const struct fentry *entry)
{
	return entry->call(-1, ~0U) != -ENOSYS;
}

int the_fd = -1;
unsigned int the_flags;

int by_descriptor(const char *path)
{
	(void)path;
	return fentry->call(the_fd, the_flags);
}

const char *with_fd(const char *path)
{
	the_fd = open(path, O_PATH | O_CLOEXEC);
	must(the_fd >= 0);
	return path;
}

int by_its_own_descriptor(const char *path)
{
	const int fd = open(path, O_PATH | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = fentry->call(fd, 0);
	close(fd);
	return error;
}

void check_each_fentry(void (*function)(void *), void *argument)
{
	chroot_entry = by_descriptor;
	for (int i = 0; i < n_fentries; i++) {
		if (!fentry_works(&fentries[i]))
			continue;
		fentry = &fentries[i];
		note("entry: %s", fentry->name);
		check_in_child(function, argument);
	}
	fentry = fentries;
	note("%s", "");
}
