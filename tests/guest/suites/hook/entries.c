// SPDX-License-Identifier: GPL-2.0
/*
 * The ways into chroot(2): each is there to be tested, and none of them takes
 * more of a register than its own part. That all judge alike is checked where
 * the conditions are, with check_each_entry().
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "hook.h"

/* Debian compiles x32 in and leaves it off; without it a third is untested. */
START_TEST(every_entry_is_switched_on)
{
#ifdef __x86_64__
	if (access("/sys/module/syscall/parameters/x32", F_OK) == 0)
		ck_assert_msg(entry_works(&entries[2]),
			      "x32 is off: boot with syscall.x32=y");
	ck_assert_msg(entry_works(&entries[1]), "int 0x80 is off");
#endif
	ck_assert_msg(entry_works(&entries[0]), "no chroot(2)?");
}
END_TEST

#ifdef __x86_64__
static int chroot_with_garbage(const char *path)
{
	static const unsigned long garbage = 0xdeadbeef00000000;
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int result;

	must(low != MAP_FAILED);
	strcpy(low, path);
	result = syscall_ia32(61 | garbage, (unsigned long)low | garbage);
	munmap(low, 4096);
	return result;
}

START_TEST(ia32_ignores_the_upper_halves)
{
	const char *target = make_dir("hook");

	chroot_entry = chroot_with_garbage;
	expect_stock("/", 0);
	become_user();
	expect_stock(target, EPERM);
	set_no_new_privs();
	expect_stock("/does-not-exist", ENOENT);
	expect_granted(target);
	expect_refused("/", "nested");
}
END_TEST

static int chroot_bad_ia32(const char *path)
{
	return syscall_ia32(61, (unsigned long)path);
}

START_TEST(ia32_bad_pointer)
{
	chroot_entry = chroot_bad_ia32;
	become_served_user();
	expect_stock(NULL, EFAULT);
	expect_stock((const char *)0xfffff000UL, EFAULT);
	/* 64 bits of a good 64-bit pointer are not one of 32. */
	expect_stock((const char *)0x100000010UL, EFAULT);
}
END_TEST
#endif

void add_entry_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "entries");

	tcase_add_test(tc, every_entry_is_switched_on);
#ifdef __x86_64__
	tcase_add_test(tc, ia32_ignores_the_upper_halves);
	tcase_add_test(tc, ia32_bad_pointer);
#endif
}
