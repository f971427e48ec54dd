/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading what the module tells: files, the kernel log, the trace, audit.
 */
#ifndef UCHROOT_TEST_OBSERVE_H
#define UCHROOT_TEST_OBSERVE_H

#include <stdbool.h>

/* -- files ------------------------------------------------------------------ */

/* The whole file in a static buffer; fails the test if it cannot be read. */
const char *file_read(const char *path);

/* -- lines ------------------------------------------------------------------ */

/* Has it " NAME=VALUE", with or without quotes, as a word of its own? */
bool has_field(const char *line, const char *name, const char *value);
/* The same for a number. */
bool has_number(const char *line, const char *name, long value);
/* Asserts that no control character is in it, neither ASCII nor C1. */
void expect_printable(const char *line);
/*
 * Asserts that a name which its owner chose, shown as "comm=", cannot pass for
 * anything else: it is in quotes that it does not end itself, with a backslash
 * as the escape character if there is one, or hexadecimal as audit has it.
 */
void expect_unforged(const char *line, bool backslash_escapes);

/* -- the kernel log --------------------------------------------------------- */

/* A reader that sees what is logged from now on. */
int kmsg_open(void);
/* The next message that contains this text, or NULL; static buffer. */
const char *kmsg_next(int kmsg, const char *text);

/* -- the trace event -------------------------------------------------------- */

#define TRACE_EVENT	"/sys/kernel/tracing/events/unprivileged_chroot/chroot_decision"

/* Is there anything in tracefs? Not where the kernel is locked down (confidentiality). */
bool tracing_open(void);
/* The same, and where not, the test is skipped: its caller returns. */
bool need_tracing(void);
/* The event on and the buffer empty; off again. */
void trace_start(void);
void trace_stop(void);
/* The nth line of the trace (from 0) without the header, or NULL. */
const char *trace_line(int n);

/* -- audit ------------------------------------------------------------------ */

void audit_enable(bool on);
/* A reader of records from now on. */
int audit_open(void);
/*
 * So many records may wait for the kernel's thread that passes them on, 0: any
 * number. With a limit who makes one more sleeps until there is room again, or
 * for a minute when that happened just before he fell asleep.
 */
void audit_backlog(unsigned int limit);
#define AUDIT_BACKLOG_USUAL	64
/* Room for some thousand records that nobody has read yet. */
void audit_room(int audit);
/* The next record of this type (AUDIT_KERNEL_OTHER: modules'), or NULL; static buffer. */
const char *audit_next(int audit, int type);
/* A rule that every call of this number be recorded. */
void audit_watch(int syscall, bool on);

#endif
