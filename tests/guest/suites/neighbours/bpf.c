// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs on the entry of chroot(2) and on its security hook, by the
 * system call alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf.h"
#include "guest.h"
#include "neighbours.h"
#include "observe.h"
#include "scene.h"

#define BTF_FILE	"/sys/kernel/btf/vmlinux"
/* Of a kernel with CONFIG_BPF_JIT. */
#define JIT_FILE	"/proc/sys/net/core/bpf_jit_enable"
/* Headers of older systems do not have it. */
#define KIND_ENUM64	19
/* What the kernel says where programs cannot be attached to functions at all. */
#define ENOTSUPP_INSIDE	524

/* -- which number a function has ---------------------------------------------------- */

static void *read_btf(void)
{
	const int fd = open(BTF_FILE, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *btf = NULL;
	ssize_t n, done = 0;

	if (fd < 0 || fstat(fd, &st))
		return NULL;
	btf = malloc(st.st_size);
	must(btf);
	while ((n = read(fd, btf + done, st.st_size - done)) > 0)
		done += n;
	must(done == st.st_size);
	close(fd);
	return btf;
}

/* What follows a type's own twelve bytes. */
static size_t size_after(const struct btf_type *type)
{
	const size_t count = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case 17:	/* a tag on a declaration */
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case KIND_ENUM64:
		return count * 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return count * 8;
	default:
		return 0;
	}
}

/* The number of the function in the kernel's type information, or 0. */
int bpf_function(const char *name)
{
	char *btf = read_btf();
	const struct btf_header *header = (void *)btf;
	const char *strings, *at, *end;
	int id = 0, found = 0;

	if (!btf)
		return 0;
	must(header->magic == BTF_MAGIC);
	strings = btf + header->hdr_len + header->str_off;
	at = btf + header->hdr_len + header->type_off;
	for (end = at + header->type_len; at < end && !found; ) {
		const struct btf_type *type = (const void *)at;

		id++;
		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			found = id;
		at += sizeof(*type) + size_after(type);
	}
	free(btf);
	return found;
}

/* -- programs ------------------------------------------------------------------------- */

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* All bytes must be 0 that are not used; an initializer may leave them as they are. */
static union bpf_attr nothing(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return attr;
}

int bpf_load(const struct bpf_program *program)
{
	static char log[4096];
	union bpf_attr attr = nothing();
	int fd;

	attr.prog_type = program->type;
	attr.expected_attach_type = program->attach;
	attr.prog_flags = program->flags;
	attr.attach_btf_id = program->function;
	attr.insns = (unsigned long)program->code;
	attr.insn_cnt = program->length;
	attr.license = (unsigned long)"GPL";
	attr.log_buf = (unsigned long)log;
	attr.log_size = sizeof(log);
	attr.log_level = 1;
	fd = bpf(BPF_PROG_LOAD, &attr);
	/* What bpf_trampoline_get() answers there, Debian's on s390x for one. */
	if (fd < 0 && errno == ENOMEM && access(JIT_FILE, F_OK)) {
		skip("no compiler for BPF (JIT) in this kernel");
		return -1;
	}
	if (fd < 0 && program->may_be_refused)
		return -1;
	ck_assert_msg(fd >= 0, "BPF_PROG_LOAD: %m: %s", log);
	return fd;
}

/* A program that returns this, for this function: a descriptor. */
static int load_program(enum bpf_prog_type type, enum bpf_attach_type attach,
			int function, int result)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = result },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct bpf_program program = {
		.type = type, .attach = attach, .function = function,
		.code = code, .length = COUNT(code),
	};

	return bpf_load(&program);
}

int bpf_attach(int program)
{
	union bpf_attr attr = nothing();
	int link;

	attr.raw_tracepoint.prog_fd = program;
	link = bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
	return link < 0 ? -errno : link;
}

static bool not_supported(int link)
{
	if (link == -ENOTSUPP_INSIDE)
		skip("no BPF programs on functions in this kernel");
	return link == -ENOTSUPP_INSIDE;
}

bool bpf_must_not_meet(void)
{
	return strstr(file_read("/proc/cpuinfo"), " ibt ");
}

static unsigned long long runs(int program)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = nothing();

	attr.info.bpf_fd = program;
	attr.info.info_len = sizeof(info);
	attr.info.info = (unsigned long)&info;
	must(bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) == 0);
	return info.run_cnt;
}

static void count_runs(bool on)
{
	must(!file_write("/proc/sys/kernel/bpf_stats_enabled", on ? "1" : "0"));
}

/* -- fentry and fexit on the entry ------------------------------------------------------ */

static const struct {
	const char *name;
	enum bpf_attach_type type;
} hooks[] = {
	{ "fentry", BPF_TRACE_FENTRY },
	{ "fexit", BPF_TRACE_FEXIT },
};

static int load_hook(int i)
{
	const int function = bpf_function(entry_symbols[0]);

	if (!function) {
		skip("no type information (BTF) of the entry in this kernel");
		return -1;
	}
	count_runs(true);
	return load_program(BPF_PROG_TYPE_TRACING, hooks[i].type, function, 0);
}

/* Three calls, of which the program sees each. */
static void expect_seen_and_served(int program, const char *name)
{
	const unsigned long long before = runs(program);

	ck_assert_int_eq(served_call("/"), 0);
	param_set("allowed_group", "4242");
	ck_assert_int_eq(served_call("/"), -EPERM);
	params_default();
	ck_assert_int_eq(stock_call("/"), -EPERM);
	ck_assert_msg(runs(program) - before == 3, "%s: it ran %llu times, expected 3", name,
		      runs(program) - before);
}

START_TEST(bpf_before_the_module)
{
	const int program = load_hook(_i);
	int link, error;

	if (program < 0)
		return;
	module_absent();
	link = bpf_attach(program);
	if (not_supported(link))
		return;
	ck_assert_msg(link >= 0, "%s: attach: %s", hooks[_i].name, strerror(-link));
	error = module_load(MODULE_FILE, "");
	printf("# neighbours: %s first, then the module: %s\n", hooks[_i].name,
	       error ? strerror(-error) : "both");
	fflush(stdout);
	ck_assert(error || !bpf_must_not_meet());
	if (error) {
		/* Where the two cannot share the function, nothing is half done. */
		ck_assert_msg(error == -EBUSY, "load: %s", strerror(-error));
		expect_module_gone();
	} else {
		expect_seen_and_served(program, hooks[_i].name);
	}
	close(link);
	module_fresh();
	ck_assert_int_eq(served_call("/"), 0);
}
END_TEST

/*
 * Is it the module that keeps the program out? A new one is asked: what refused
 * to be attached once goes on refusing.
 */
static bool attaches_alone(int i)
{
	int program, link;

	module_absent();
	program = load_hook(i);
	if (program < 0)
		return false;
	link = bpf_attach(program);
	close(program);
	if (link >= 0)
		close(link);
	module_fresh();
	return !not_supported(link);
}

START_TEST(bpf_after_the_module)
{
	const int program = load_hook(_i);
	int link;

	if (program < 0)
		return;
	link = bpf_attach(program);
	if (link == -ENOTSUPP_INSIDE) {
		close(program);
		if (!attaches_alone(_i))
			return;
	}
	printf("# neighbours: the module first, then %s: %s\n", hooks[_i].name,
	       link < 0 ? strerror(-link) : "both");
	fflush(stdout);
	ck_assert(link < 0 || !bpf_must_not_meet());
	if (link < 0) {
		/* Kernels with one ops for all BPF programs say EINVAL for "taken". */
		ck_assert_msg(link == -EBUSY || link == -ENOTSUPP_INSIDE ||
			      (link == -EINVAL && bpf_must_not_meet()),
			      "attach: %s", strerror(-link));
		ck_assert_int_eq(served_call("/"), 0);
	} else {
		expect_seen_and_served(program, hooks[_i].name);
		close(link);
	}
	ck_assert_int_eq(served_call("/"), 0);
	ck_assert_int_eq(module_unload(MODULE_NAME), 0);
	expect_module_gone();
}
END_TEST

/* -- a BPF security module ------------------------------------------------------------------ */

static int privileged_call(void *path)
{
	return -sys_chroot(path);
}

START_TEST(bpf_lsm_has_a_veto)
{
	const char *path = make_dir("veto");
	int function, program, link;
	unsigned long long refused;

	function = bpf_function("bpf_lsm_path_chroot");
	if (!function || !strstr(file_read("/sys/kernel/security/lsm"), "bpf")) {
		skip("no BPF security module in this kernel");
		return;
	}
	program = load_program(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, function, -EACCES);
	if (program < 0)
		return;
	link = bpf_attach(program);
	if (not_supported(link))
		return;
	ck_assert_msg(link >= 0, "attach: %s", strerror(-link));
	refused = counter("refused_mac");
	ck_assert_int_eq(served_call(path), -EACCES);
	ck_assert_uint_eq(counter("refused_mac"), refused + 1);
	/* The kernel's own call is refused by it as well. */
	ck_assert_int_eq(in_child(privileged_call, (void *)path), EACCES);
	close(link);
	/* A link goes when the last reference does, a moment later, which may be long. */
	while (served_call(path) == -EACCES)
		usleep(100000);
	ck_assert_int_eq(served_call(path), 0);
}
END_TEST

static void stop_counting(void)
{
	count_runs(false);
}

void add_bpf_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "bpf");

	tcase_add_unchecked_fixture(tc, NULL, stop_counting);
	tcase_add_loop_test(tc, bpf_before_the_module, 0, COUNT(hooks));
	tcase_add_loop_test(tc, bpf_after_the_module, 0, COUNT(hooks));
	tcase_add_test(tc, bpf_lsm_has_a_veto);
	add_sleeping_bpf_cases(suite);
}
