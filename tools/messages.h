/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MESSAGES_H
#define UCHROOT_MESSAGES_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Exit statuses, as chroot(1) of coreutils has them. */
#define EXIT_TOOL	125	/* uchroot itself failed, or was refused */
#define EXIT_NOT_RUN	126	/* the command is there and cannot be run */
#define EXIT_NOT_FOUND	127

/* "uchroot: TEXT: what the error is" without the last part if that is 0. */
void complain(int error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
#define die(error, ...) (complain(error, __VA_ARGS__), exit(EXIT_TOOL))

/* Text that others chose, without control characters. */
void print_safe(FILE *stream, const char *text);
/* The length of the UTF-8 character that begins here, 0 if none does. */
int utf8_length(const char *text);
/* The number of the control character that begins here, or -1. */
int control_character(const char *text);

/* realloc(3) that does not fail. */
void *reallocate(void *memory, size_t size);

#endif
