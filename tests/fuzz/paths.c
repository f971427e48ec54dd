// SPDX-License-Identifier: GPL-2.0
/*
 * Random numbers, and random paths.
 */
#include <string.h>
#include <sys/types.h>

#include "fuzz.h"

/* -- numbers ---------------------------------------------------------------- */

static uint64_t state;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void random_start(uint64_t seed, uint64_t what, uint64_t which)
{
	state = seed;
	state = next() + what;
	state = next() + which;
}

unsigned int below(unsigned int limit)
{
	return (next() >> 32) * limit >> 32;
}

bool chance(unsigned int percent)
{
	return below(100) < percent;
}

/* -- paths ------------------------------------------------------------------ */

static const char *const fixed[] = {
	"", "/", "/", "/", ".", ".", "..", "/..", "//", "./.", "../..",
	"/fz/zloop1", "/fz/zloop2/zb", "/fz/zfile/", "/fz/zfile/..", "/init",
	"/fz/znone/..", "/proc/self/root", "/proc/self/cwd/", "/proc/self/fd",
	/* 40 links, and one more. */
	"/fz/zc8/../zc8/../zc8/../zc8/../zc8",
	"/fz/zc8/../zc8/../zc8/../zc8/../zc8/../zl1",
	"/fz/zc8/../zc8/../zc8/../zc8/../zc7/../zl1/zb",
};

static void append(char *text, const char *more)
{
	strcat(text, more);
}

static void guess_long(struct guess *guess)
{
	const unsigned int component = 254 + below(3);
	const size_t length = PATH_MAX - 3 + below(5);
	char *at = guess->text;

	strcpy(at, chance(50) ? "/fz/" : "");
	at += strlen(at);
	if (chance(50)) {
		memset(at, 'z', component);
		strcpy(at + component, chance(30) ? "/.." : "");
		return;
	}
	while (at < guess->text + length) {
		*at++ = '.';
		*at++ = '/';
	}
	guess->text[length] = '\0';
}

static void guess_bad(struct guess *guess)
{
	static const uint64_t bad[] = {
		0, 1, 4095, 0xfffff000, 0x7ffffffff000, 0x8000000000000000,
		0xffffffff81000000, 0xffff888000000000, 0xffffffffffffffff,
	};

	if (chance(40)) {
		guess->unterminated = true;
		memset(guess->text, chance(50) ? '/' : 'z', 1 + below(200));
		return;
	}
	guess->bad = true;
	guess->pointer = (const void *)bad[below(COUNT(bad))];
}

static const char *child_of(const struct caller *caller, int parent)
{
	static char number[16];
	const unsigned int start = below(node_count);
	int i;

	if (nodes[parent].kind == PROC_FDS) {
		const struct slot *slot = &caller->slots[below(SLOTS)];

		sprintf(number, "%d", slot->fd != NONE ? slot->fd : 77777);
		return number;
	}
	for (i = 0; i < node_count; i++) {
		const struct node *node = &nodes[(start + i) % node_count];

		if (node->parent == parent && node->name && !node->removed)
			return node->name;
	}
	return "znone";
}

static const char *any_name(void)
{
	const char *name = nodes[below(node_count)].name;

	return name ? name : "zx9";
}

/* Mostly where there is a way, seen from where the caller is. */
static void wander(const struct caller *caller, struct guess *guess)
{
	struct place at = caller->cwd;
	unsigned int steps = below(5);
	char number[48];
	bool way = true;
	const char *name;

	switch (below(10)) {
	case 0:
		sprintf(number, "/proc/self/fd/%s", child_of(caller, N_FDS));
		append(guess->text, number);
		way = !walk(caller, number, &at);
		break;
	case 1:
		append(guess->text, chance(50) ? "/proc/self/root" :
						 "/proc/self/cwd");
		way = !walk(caller, guess->text, &at);
		break;
	case 2:
	case 3:
	case 4:
		steps += 1;
		break;
	default:
		append(guess->text, "/");
		at = caller->root;
	}
	while (steps--) {
		if (chance(70) && way)
			name = child_of(caller, at.node);
		else if (chance(50))
			name = "..";
		else
			name = chance(40) ? "." : any_name();
		if (*guess->text && guess->text[strlen(guess->text) - 1] != '/')
			append(guess->text, "/");
		if (chance(5))
			append(guess->text, "/");
		append(guess->text, name);
		way = way && walk_step(caller, name, &at);
	}
	if (chance(10))
		append(guess->text, "/");
}

/* The thread's /proc/self is that of another, if it shares nothing with it. */
static bool not_for(const struct caller *caller, const char *text)
{
	return caller->kind & W_UNSHARED && !caller->alone &&
	       (strstr(text, "self") || strstr(text, "zl10") ||
		strstr(text, "zl11"));
}

void guess_path(const struct caller *caller, struct guess *guess)
{
	const unsigned int what = below(100);

	guess->pointer = NULL;
	guess->bad = guess->unterminated = false;
	memset(guess->text, 0, 256);
	if (what < 3)
		guess_bad(guess);
	else if (what < 5)
		guess_long(guess);
	else if (what < 15)
		strcpy(guess->text, fixed[below(COUNT(fixed))]);
	else
		wander(caller, guess);
	if (not_for(caller, guess->text) || walk_meets_process(caller, guess->text))
		strcpy(guess->text, "/fz/za");
}
