/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF programs on functions of the kernel, by the system call alone.
 */
#ifndef UCHROOT_TEST_BPF_H
#define UCHROOT_TEST_BPF_H

#include <linux/bpf.h>
#include <stdbool.h>

struct bpf_program {
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	int function;		/* from bpf_function() */
	unsigned int flags;
	const struct bpf_insn *code;
	unsigned int length;
	bool may_be_refused;	/* by some kernels, and then -1 is the result */
};

/* The number of the function in the kernel's type information, or 0. */
int bpf_function(const char *name);
/* A descriptor, or -1: see skip() and may_be_refused. */
int bpf_load(const struct bpf_program *program);
/* A descriptor that keeps it attached, or -errno. */
int bpf_attach(int program);
/* IBT is enforced: a program on the entry and the module exclude each other. */
bool bpf_must_not_meet(void);

#endif
