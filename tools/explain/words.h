/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_WORDS_H
#define UCHROOT_WORDS_H

#include "module.h"

enum state { STATE_OK, STATE_FAILED, STATE_UNKNOWN, STATE_NOT_ASKED };

#define WORDS 512

struct condition {
	enum state state;
	bool asked;		/* binds this caller */
	bool unlikely;		/* unknown, but mostly it holds */
	char detail[WORDS];	/* what was found */
	char advice[WORDS];	/* what to do about it */
};

/* More of them, as far as there is room. */
void add_words(char words[WORDS], const char *format, ...)
	__attribute__((format(printf, 2, 3)));
#define found(c, what, ...) \
	((c)->state = (what), add_words((c)->detail, __VA_ARGS__))
#define advise(c, ...) add_words((c)->advice, __VA_ARGS__)

/* What root can do about it: "or" as well. */
void advise_tunable(struct condition *c, const struct module *module,
		    const char *joint, const char *assignment);
enum state state_of(enum answer holds);
/* A condition that is a question, and the words for each answer. */
void answered(struct condition *c, enum answer holds, const char *yes,
	      const char *no, const char *unknown);

#endif
