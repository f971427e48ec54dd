// SPDX-License-Identifier: GPL-2.0
/*
 * The explanation for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages.h"
#include "print.h"

#define WIDTH 80
#define INDENT 27 /* where the words begin */

/* -- lines ------------------------------------------------------------------------ */

static const char *in_colour(const char *code)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no) ? code : "";
}

/* Word by word, from the column INDENT on. */
static void print_wrapped(const char *text)
{
	size_t column = INDENT, length;
	char word[600];

	while (*text) {
		length = strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (column > INDENT && column + 1 + length > WIDTH) {
			printf("\n%*s", INDENT, "");
			column = INDENT;
		} else if (column > INDENT) {
			putchar(' ');
			column++;
		}
		print_safe(stdout, word);
		column += length;
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_condition(const struct explanation *e, int condition)
{
	static const struct {
		const char *word, *colour;
	} looks[] = {
		[STATE_OK] = { "ok", "\033[32m" },
		[STATE_FAILED] = { "FAILED", "\033[1;31m" },
		[STATE_UNKNOWN] = { "unknown", "\033[33m" },
		[STATE_NOT_ASKED] = { "-", "\033[2m" },
	};
	const struct condition *c = &e->conditions[condition];

	printf("  %-15s  %s%-7s%s ", condition_name(condition),
	       in_colour(looks[c->state].colour), looks[c->state].word,
	       in_colour("\033[0m"));
	print_wrapped(c->detail);
	if (c->asked && c->state != STATE_OK && c->advice[0]) {
		printf("%*s", INDENT, "-> ");
		print_wrapped(c->advice);
	}
}

static const char *refused_by(const struct explanation *e)
{
	if (e->by_module == YES && e->reason < UCHROOT_REASONS)
		return "refused by the module";
	return e->reason == CONDITION_PATH  ? "refused by the kernel's lookup" :
	       e->reason == UCHROOT_SECCOMP ? "refused by the seccomp filter" :
					      "refused by the kernel's own rule";
}

/* Whoever mends the reason should know what would be the next. */
static void print_others(const struct explanation *e, enum state state,
			 const char *before)
{
	bool any = false;
	int i;

	for (i = CONDITION_PATH; i; i = condition_after(i)) {
		const struct condition *c = &e->conditions[i];

		if (!c->asked || c->state != state ||
		    (state == STATE_FAILED && i == e->reason))
			continue;
		printf("%s%s", any ? ", " : before, condition_name(i));
		any = true;
	}
	if (any)
		putchar('\n');
}

static void print_verdict(const struct explanation *e)
{
	const char *end = in_colour("\033[0m");

	switch (e->granted) {
	case YES:
		printf("%sgranted%s by %s%s\n", in_colour("\033[1;32m"), end,
		       e->by_module == YES ? "the module" :
		       e->by_module == NO  ? "the kernel's own rule" :
					     "whoever answers",
		       e->certain ?
			       "" :
			       ", unless one of the unknown is against it");
		break;
	case NO:
		printf("%s%s: %s%s%s\n", in_colour("\033[1;31m"), refused_by(e),
		       condition_name(e->reason), end,
		       e->certain ? "" : " (or one of the unknown before it)");
		print_others(e, STATE_FAILED, "also in the way: ");
		break;
	case UNKNOWN:
		printf("%sunknown%s whether it would be granted\n",
		       in_colour("\033[1;33m"), end);
		print_others(e, STATE_UNKNOWN, "it depends on: ");
	}
}

void print_text(const struct explanation *e)
{
	bool all_asked = true;
	int i;

	printf("%s", in_colour("\033[1m"));
	print_safe(stdout, *e->newroot ? e->newroot : "''");
	printf("%s as the root directory of uid %u%s, %s:\n\n",
	       in_colour("\033[0m"), e->caller.uid,
	       e->caller.privileged == YES ? " with CAP_SYS_CHROOT" : "",
	       e->as_is ? "for a program started from here" : "for uchroot");
	for (i = CONDITION_PATH; i; i = condition_after(i)) {
		print_condition(e, i);
		all_asked = all_asked && e->conditions[i].asked;
	}
	if (!all_asked)
		printf("  %s(-: does not matter for this call)%s\n",
		       in_colour("\033[2m"), in_colour("\033[0m"));
	putchar('\n');
	print_verdict(e);
}

/* -- one line ----------------------------------------------------------------------- */

void print_refusal(const struct explanation *e, int error)
{
	const struct condition *c = &e->conditions[e->reason];
	/* What was found must explain what happened. */
	const bool explained = e->granted == NO && e->certain &&
			       (!e->error || !error || e->error == error);

	fputs("uchroot: ", stderr);
	/* The lookup names what it is about. */
	if (explained && e->reason == CONDITION_PATH) {
		print_safe(stderr, c->detail);
	} else {
		print_safe(stderr, *e->newroot ? e->newroot : "''");
		fprintf(stderr, ": %s",
			error ? strerror(error) : "the call was not made");
		if (e->reason != UCHROOT_ALLOWED) {
			fprintf(stderr, " (%s%s: ", explained ? "" : "perhaps ",
				condition_name(e->reason));
			print_safe(stderr, c->detail);
			fputc(')', stderr);
		} else {
			fputs(" (nothing that can be seen is against it; as root, look into the kernel log)",
			      stderr);
		}
	}
	if (c->advice[0]) {
		fputs(": ", stderr);
		print_safe(stderr, c->advice);
	}
	fputc('\n', stderr);
}
