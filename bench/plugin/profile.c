// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU that counts how often each instruction is executed, between
 * two executions of the one at the address "toggle=". Debian ships no header for
 * plugins, so the few functions of QEMU's documented interface are declared here.
 *
 * Writes lines "ADDRESS COUNT" to the file "out=" at the end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t plugin_id;

extern void qemu_plugin_register_vcpu_tb_trans_cb(
	plugin_id id,
	void (*callback)(plugin_id id, struct qemu_plugin_tb *block));
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
extern struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t i);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern void qemu_plugin_register_vcpu_insn_exec_cb(
	struct qemu_plugin_insn *insn,
	void (*callback)(unsigned int cpu, void *data), int flags, void *data);
extern void qemu_plugin_register_atexit_cb(
	plugin_id id, void (*callback)(plugin_id id, void *data), void *data);

int qemu_plugin_version = 1;

#define BITS 20
#define SIZE (1 << BITS)

static struct {
	uint64_t address, count;
} executed[SIZE];

static uint64_t toggle;
static bool counting;
static const char *output;

static void execute(unsigned int cpu, void *data)
{
	const uint64_t address = (uintptr_t)data;
	uint64_t i = (address * 0x9e3779b97f4a7c15) >> (64 - BITS);

	(void)cpu;
	if (address == toggle)
		counting = !counting;
	if (!counting)
		return;
	while (executed[i].address && executed[i].address != address)
		i = (i + 1) % SIZE;
	executed[i].address = address;
	executed[i].count++;
}

static void translate(plugin_id id, struct qemu_plugin_tb *block)
{
	const size_t count = qemu_plugin_tb_n_insns(block);
	struct qemu_plugin_insn *insn;
	size_t i;

	(void)id;
	for (i = 0; i < count; i++) {
		insn = qemu_plugin_tb_get_insn(block, i);
		qemu_plugin_register_vcpu_insn_exec_cb(
			insn, execute, 0,
			(void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
	}
}

static void finish(plugin_id id, void *data)
{
	FILE *file = fopen(output, "w");
	int i;

	(void)id;
	(void)data;
	for (i = 0; file && i < SIZE; i++)
		if (executed[i].address)
			fprintf(file, "%016llx %llu\n",
				(unsigned long long)executed[i].address,
				(unsigned long long)executed[i].count);
	if (!file || fclose(file))
		perror(output);
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "toggle=", 7))
			toggle = strtoull(argv[i] + 7, NULL, 16);
		if (!strncmp(argv[i], "out=", 4))
			output = strdup(argv[i] + 4);
	}
	if (!toggle || !output)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
