// SPDX-License-Identifier: GPL-2.0
/*
 * What everybody needs: words for people, with names in them that others chose,
 * and memory.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "messages.h"

int utf8_length(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	const int length = *c < 0x80 ? 1 :
			   *c < 0xc2 ? 0 :
			   *c < 0xe0 ? 2 :
			   *c < 0xf0 ? 3 :
			   *c < 0xf5 ? 4 :
				       0;
	int i;

	for (i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than it must be, a surrogate, or too large. */
	if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] >= 0xa0) ||
	    (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] >= 0x90))
		return 0;
	return length;
}

int control_character(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	if (*c < ' ' || *c == 0x7f)
		return *c;
	/* C1 speaks to terminals too. */
	return *c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0 ? c[1] : -1;
}

void print_safe(FILE *stream, const char *text)
{
	int length;

	for (; *text; text += length ? length : 1) {
		/* What is no character may be one of C1 as a single byte. */
		length = utf8_length(text);
		if (!length || control_character(text) >= 0)
			fputc('?', stream);
		else
			fwrite(text, length, 1, stream);
	}
}

void complain(int error, const char *format, ...)
{
	va_list arguments;
	char text[4200];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fputs("uchroot: ", stderr);
	print_safe(stderr, text);
	if (error)
		fprintf(stderr, ": %s", strerror(error));
	fputc('\n', stderr);
}

void *reallocate(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		die(errno, "out of memory");
	return memory;
}
