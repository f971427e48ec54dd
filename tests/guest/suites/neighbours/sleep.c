// SPDX-License-Identifier: GPL-2.0
/*
 * A BPF program on the entry of chroot(2) that sleeps: the call is on its way to
 * the module then, and does not hold it yet. An unload waits for such programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf.h"
#include "guest.h"
#include "neighbours.h"
#include "observe.h"
#include "scene.h"

/* The program reads here; nothing else is mapped there. */
#define PAGE	0x10000000UL
#define PAGE_SIZE	4096UL

/* On fentry: copy eight bytes from PAGE, which the caller maps. */
static int load_reader(void)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = BPF_REG_3, .imm = PAGE },
		{ 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_copy_from_user },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct bpf_program program = {
		.type = BPF_PROG_TYPE_TRACING, .attach = BPF_TRACE_FENTRY,
		.function = bpf_function(entry_symbols[0]),
		.flags = BPF_F_SLEEPABLE, .code = code, .length = COUNT(code),
		/* Without error injection old kernels have no function for it. */
		.may_be_refused = true,
	};

	return program.function ? bpf_load(&program) : -1;
}

/* In the caller: the page is there, and whoever reads it waits for the test. */
static int map_page(void)
{
	const int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range = { PAGE, PAGE_SIZE }, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	must(uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api));
	must(mmap((void *)PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == (void *)PAGE);
	must(!ioctl(uffd, UFFDIO_REGISTER, &area));
	return uffd;
}

/* Tells when the program sleeps, and wakes it when it is told to. */
static void serve_page(int uffd, int asleep, int wake)
{
	struct uffdio_zeropage page = { .range = { PAGE, PAGE_SIZE } };
	struct uffd_msg event;
	char byte;

	if (read(uffd, &event, sizeof(event)) != sizeof(event) ||
	    write(asleep, "", 1) != 1 || read(wake, &byte, 1) != 1)
		_exit(1);
	ioctl(uffd, UFFDIO_ZEROPAGE, &page);
	_exit(0);
}

static pid_t start_caller(int asleep, int wake)
{
	const pid_t pid = fork();
	int uffd;

	must(pid >= 0);
	if (pid)
		return pid;
	uffd = map_page();
	if (!fork())
		serve_page(uffd, asleep, wake);
	become_served_user();
	_exit(-sys_chroot("/"));
}

START_TEST(unload_waits_for_a_sleeping_program)
{
	int program, asleep[2], wake[2], link, status;
	pid_t caller, unloader;
	char byte;

	need_module();
#ifdef __powerpc64__
	skip("the guest hangs in it on this architecture, why is not known");
	return;
#endif
	program = load_reader();
	if (program < 0) {
		printf("# neighbours: no BPF program that sleeps can be on the entry\n");
		fflush(stdout);
		return;
	}
	link = bpf_attach(program);
	if (bpf_must_not_meet()) {
		ck_assert_int_lt(link, 0);
		return;
	}
	ck_assert_msg(link >= 0, "attach: %s", strerror(-link));
	must(!pipe(asleep) && !pipe(wake));
	caller = start_caller(asleep[1], wake[0]);
	must(read(asleep[0], &byte, 1) == 1);

	unloader = fork();
	must(unloader >= 0);
	if (!unloader)
		_exit(-module_unload(MODULE_NAME));
	while (strcmp(file_read(MODULE_DIR "/initstate"), "going\n"))
		usleep(1000);
	sleep(2);
	ck_assert_msg(waitpid(unloader, &status, WNOHANG) == 0,
		      "unloaded (status %#x) while a call is on its way", status);

	must(write(wake[1], "", 1) == 1);
	must(waitpid(caller, &status, 0) == caller);
	/* It begins anew, and meets the kernel's own function. */
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EPERM,
		      "the call gives %#x, expected EPERM", status);
	must(waitpid(unloader, &status, 0) == unloader);
	ck_assert_int_eq(status, 0);
	expect_module_gone();
}
END_TEST

void add_sleeping_bpf_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "sleeping-bpf");

	tcase_add_checked_fixture(tc, module_fresh, NULL);
	tcase_add_test(tc, unload_waits_for_a_sleeping_program);
}
