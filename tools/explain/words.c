// SPDX-License-Identifier: GPL-2.0
/*
 * One condition in words, as they are put together.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

void add_words(char words[WORDS], const char *format, ...)
{
	const size_t length = strlen(words);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words + length, WORDS - length, format, arguments);
	va_end(arguments);
}

void advise_tunable(struct condition *c, const struct module *module,
		    const char *joint, const char *assignment)
{
	if (c->advice[0])
		advise(c, ", %s ", joint);
	if (module->locked)
		advise(c, "%s when the module is loaded (it is locked now)",
		       assignment);
	else
		advise(c, "as root, %s in " PARAMETERS, assignment);
}

enum state state_of(enum answer holds)
{
	return holds == UNKNOWN ? STATE_UNKNOWN :
	       holds == YES	? STATE_OK :
				  STATE_FAILED;
}

void answered(struct condition *c, enum answer holds, const char *yes,
	      const char *no, const char *unknown)
{
	found(c, state_of(holds), "%s",
	      holds == YES ? yes :
	      holds == NO  ? no :
			     unknown);
}
