// SPDX-License-Identifier: GPL-2.0
/*
 * Each architecture's arguments of a system call come from where its own entries
 * take them, also when a tracer has changed them: what the caller passed at first
 * (orig_...) is another value here than what counts.
 */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef uint32_t u32;
#define __user
#define WRONG	0xbad

/* SC_X86_64_REGS_TO_ARGS, and SC_IA32_REGS_TO_ARGS for int 0x80. */
struct regs_x86 {
	unsigned long di, si, bx, cx, ax, orig_ax;
};

static bool by_int80;

static bool in_ia32_syscall(void)
{
	return by_int80;
}

#define CONFIG_X86
#define pt_regs			regs_x86
#define uchroot_argument	argument_x86
#define uchroot_path_argument	path_x86
#include "arguments.h"
#undef CONFIG_X86
#undef UCHROOT_ARGUMENTS_H
#undef pt_regs
#undef uchroot_argument
#undef uchroot_path_argument

/* SC_ARM64_REGS_TO_ARGS */
struct regs_arm64 {
	unsigned long regs[31], orig_x0;
};

#define CONFIG_ARM64
#define pt_regs			regs_arm64
#define uchroot_argument	argument_arm64
#define uchroot_path_argument	path_arm64
#include "arguments.h"
#undef CONFIG_ARM64
#undef UCHROOT_ARGUMENTS_H
#undef pt_regs
#undef uchroot_argument
#undef uchroot_path_argument

/* SC_RISCV_REGS_TO_ARGS */
struct regs_riscv {
	unsigned long a0, a1, orig_a0;
};

#define CONFIG_RISCV
#define pt_regs			regs_riscv
#define uchroot_argument	argument_riscv
#define uchroot_path_argument	path_riscv
#include "arguments.h"
#undef CONFIG_RISCV
#undef UCHROOT_ARGUMENTS_H
#undef pt_regs
#undef uchroot_argument
#undef uchroot_path_argument

/* SYSCALL_PT_ARGS of s390, and 31 bits of an address of a compat task. */
struct regs_s390 {
	unsigned long gprs[16], orig_gpr2;
};

static bool compat;

static bool is_compat_task(void)
{
	return compat;
}

static const char *compat_ptr(unsigned long address)
{
	return (const char *)(address & 0x7fffffff);
}

#define CONFIG_S390
#define CONFIG_COMPAT
#define pt_regs			regs_s390
#define uchroot_argument	argument_s390
#define uchroot_path_argument	path_s390
#include "arguments.h"
#undef CONFIG_S390
#undef CONFIG_COMPAT
#undef UCHROOT_ARGUMENTS_H
#undef pt_regs
#undef uchroot_argument
#undef uchroot_path_argument

/* SC_POWERPC_REGS_TO_ARGS */
struct regs_ppc64 {
	unsigned long gpr[32], orig_gpr3;
};

#define CONFIG_PPC64
#define pt_regs			regs_ppc64
#define uchroot_argument	argument_ppc64
#define uchroot_path_argument	path_ppc64
#include "arguments.h"

/* -- */

START_TEST(x86)
{
	const struct regs_x86 regs = {
		.di = 0x100000001, .si = 2, .bx = 0xffffffff00000003, .cx = 4,
		.ax = WRONG, .orig_ax = WRONG,
	};

	by_int80 = false;
	ck_assert_uint_eq(argument_x86(&regs, 0), 0x100000001);
	ck_assert_uint_eq(argument_x86(&regs, 1), 2);
	ck_assert_ptr_eq(path_x86(&regs), (void *)0x100000001);
	by_int80 = true;
	ck_assert_uint_eq(argument_x86(&regs, 0), 3);
	ck_assert_uint_eq(argument_x86(&regs, 1), 4);
	ck_assert_ptr_eq(path_x86(&regs), (void *)3);
}
END_TEST

START_TEST(arm64)
{
	const struct regs_arm64 regs = { .regs = { 1, 2 }, .orig_x0 = WRONG };

	ck_assert_uint_eq(argument_arm64(&regs, 0), 1);
	ck_assert_uint_eq(argument_arm64(&regs, 1), 2);
	ck_assert_ptr_eq(path_arm64(&regs), (void *)1);
}
END_TEST

START_TEST(riscv)
{
	const struct regs_riscv regs = { .a0 = WRONG, .a1 = 2, .orig_a0 = 1 };

	ck_assert_uint_eq(argument_riscv(&regs, 0), 1);
	ck_assert_uint_eq(argument_riscv(&regs, 1), 2);
	ck_assert_ptr_eq(path_riscv(&regs), (void *)1);
}
END_TEST

START_TEST(s390)
{
	const struct regs_s390 regs = {
		.gprs = { [2] = WRONG, [3] = 2 }, .orig_gpr2 = 0x80000001,
	};

	compat = false;
	ck_assert_uint_eq(argument_s390(&regs, 0), 0x80000001);
	ck_assert_uint_eq(argument_s390(&regs, 1), 2);
	ck_assert_ptr_eq(path_s390(&regs), (void *)0x80000001);
	compat = true;
	ck_assert_ptr_eq(path_s390(&regs), (void *)1);
}
END_TEST

START_TEST(ppc64)
{
	const struct regs_ppc64 regs = {
		.gpr = { [3] = 1, [4] = 2 }, .orig_gpr3 = WRONG,
	};

	ck_assert_uint_eq(argument_ppc64(&regs, 0), 1);
	ck_assert_uint_eq(argument_ppc64(&regs, 1), 2);
	ck_assert_ptr_eq(path_ppc64(&regs), (void *)1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arguments");
	TCase *tc = tcase_create("architectures");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, x86);
	tcase_add_test(tc, arm64);
	tcase_add_test(tc, riscv);
	tcase_add_test(tc, s390);
	tcase_add_test(tc, ppc64);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
