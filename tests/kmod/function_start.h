/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a function of the kernel begins. Each test module includes this once.
 */
#ifndef FUNCTION_START_H
#define FUNCTION_START_H

#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>

/*
 * By a kprobe that is never armed, and which is moved past an ENDBR, or past what
 * took its place. Functions are not aligned where the kernel is built to be small.
 */
static void *function_start(const char *name)
{
	struct kprobe probe = {
		.symbol_name	= name,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	char symbol[KSYM_SYMBOL_LEN];	/* "name+0x4/0x50" */
	const char *behind;
	long offset;

	if (register_kprobe(&probe))
		return NULL;
	sprint_symbol(symbol, (unsigned long)probe.addr);
	unregister_kprobe(&probe);
	behind = strchr(symbol, '+');
	if (!behind || sscanf(behind, "+%li", &offset) != 1)
		return NULL;
	return (void *)probe.addr - offset;
}

#endif
