// SPDX-License-Identifier: GPL-2.0
/*
 * The module's parameters: random values, written in sysfs or given at load,
 * and what must come of it.
 */
#include <stddef.h>
#include <string.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

enum kind { BOOL, ANY_INT, LEVEL, GROUP };

static const struct parameter {
	const char *name;
	enum kind kind;
	bool unsafe;
	size_t offset;
	int64_t normal;
} parameters[] = {
#define PARAMETER(name, kind, unsafe, normal) \
	{ #name, kind, unsafe, offsetof(struct tunables, name), normal }
	PARAMETER(enabled, BOOL, false, 1),
	PARAMETER(allow_open_directories, ANY_INT, false, 1),
	PARAMETER(allow_nested, BOOL, false, 0),
	PARAMETER(require_cwd_beneath, LEVEL, false, 1),
	PARAMETER(allow_seccomp, BOOL, false, 0),
	PARAMETER(allow_user_namespaces, BOOL, false, 0),
	PARAMETER(allowed_group, GROUP, false, -1),
	PARAMETER(require_trusted_root, BOOL, false, 0),
	PARAMETER(restrict_privileged, BOOL, false, 0),
	PARAMETER(log, LEVEL, false, 1),
	PARAMETER(require_no_new_privs, BOOL, true, 1),
	PARAMETER(require_unshared_fs, BOOL, true, 1),
	PARAMETER(require_beneath, BOOL, true, 1),
};

#define PARAMETERS	COUNT(parameters)
#define LOCKED		PARAMETERS

static int files[PARAMETERS + 1];

static int64_t *value_in(struct tunables *tunables, int i)
{
	return (int64_t *)((char *)tunables + parameters[i].offset);
}

static int64_t value_of(const struct tunables *tunables, int i)
{
	return *(const int64_t *)((const char *)tunables + parameters[i].offset);
}

static const char *name_of(int i)
{
	return i == LOCKED ? "locked" : parameters[i].name;
}

void params_open(void)
{
	char path[128];
	int i;

	for (i = 0; i <= PARAMETERS; i++) {
		if (files[i])
			close(files[i]);
		snprintf(path, sizeof(path), "/sys/module/" MODULE_NAME
			 "/parameters/%s", name_of(i));
		files[i] = open(path, O_RDWR | O_CLOEXEC);
		if (files[i] < 0)
			die("open %s", path);
	}
}

/* -- choosing --------------------------------------------------------------- */

void params_default(struct tunables *tunables)
{
	int i;

	for (i = 0; i < PARAMETERS; i++)
		*value_in(tunables, i) = parameters[i].normal;
}

void params_random(struct tunables *t)
{
	static const int64_t dirs[] = { 1, 1, 1, 1, 0, 0, 0, 2, -1, INT_MAX, INT_MIN };
	static const int64_t groups[] = {
		-1, -1, -1, -1, -1, -1, 1000, 1000, 2000, 2000, 0, 4242,
		2147483648, 4294967294,
	};

	t->enabled = chance(95);
	t->allow_open_directories = dirs[below(COUNT(dirs))];
	t->allow_nested = chance(55);
	t->require_cwd_beneath = below(3);
	t->allow_seccomp = chance(50);
	t->allow_user_namespaces = chance(50);
	t->allowed_group = groups[below(COUNT(groups))];
	t->require_trusted_root = chance(40);
	t->restrict_privileged = chance(50);
	t->log = chance(70) ? 0 : below(3);
}

void params_random_unsafe(struct tunables *t)
{
	t->require_no_new_privs = chance(80);
	t->require_unshared_fs = chance(65);
	t->require_beneath = chance(65);
}

/* -- taint ------------------------------------------------------------------ */

#define TAINT_USER	(1 << 6)

static bool taint_expected;

void params_expect_taint(const struct tunables *t)
{
	if (!t->require_no_new_privs || !t->require_unshared_fs ||
	    !t->require_beneath)
		taint_expected = true;
}

static bool tainted(void)
{
	static int file;
	char text[32] = "";

	if (!file)
		file = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);
	if (pread(file, text, sizeof(text) - 1, 0) <= 0)
		die("/proc/sys/kernel/tainted");
	return atol(text) & TAINT_USER;
}

/* It cannot be taken back: a run before this one may have left it. */
void params_begin(void)
{
	taint_expected = tainted();
}

void params_check_taint(void)
{
	if (tainted() != taint_expected)
		mismatch("the kernel is %stainted, after an unsafe option was %s",
			 taint_expected ? "not " : "",
			 taint_expected ? "switched off" : "never touched");
}

/* -- writing ---------------------------------------------------------------- */

static const char *spell(int i, int64_t value)
{
	static const char *const no[] = { "N", "n", "0", "off", "N\n" };
	static const char *const yes[] = { "Y", "y", "1", "on", "1\n" };
	static char text[32];

	if (parameters[i].kind == BOOL)
		return value ? yes[below(COUNT(yes))] : no[below(COUNT(no))];
	if (value >= 0 && chance(20))
		sprintf(text, "%#llx", (long long)value);
	else
		sprintf(text, chance(20) ? "%lld\n" : "%lld", (long long)value);
	return text;
}

static int write_parameter(int i, const char *text)
{
	const ssize_t length = strlen(text);
	const ssize_t n = pwrite(files[i], text, length, 0);

	if (n < 0)
		return errno;
	return n == length ? 0 : -1;
}

static void look(int i, const struct tunables *expected)
{
	char text[32] = "", right[32];
	const ssize_t n = pread(files[i], text, sizeof(text) - 1, 0);

	if (parameters[i].kind == BOOL)
		strcpy(right, value_of(expected, i) ? "Y\n" : "N\n");
	else
		sprintf(right, "%lld\n", (long long)value_of(expected, i));
	if (n <= 0 || strcmp(text, right))
		mismatch("parameter %s reads \"%s\", expected \"%s\"",
			 name_of(i), text, right);
}

void params_look(const struct tunables *expected)
{
	int i;

	for (i = 0; i < PARAMETERS; i++)
		look(i, expected);
}

void params_reset(void)
{
	int i;

	params_open();
	for (i = 0; i < PARAMETERS; i++)
		if (write_parameter(i, spell(i, parameters[i].normal)))
			die("reset %s", name_of(i));
}

void params_switch_off(struct tunables *now)
{
	struct tunables off = *now;

	off.enabled = 0;
	params_set(&off, now);
}

void params_set(const struct tunables *wanted, struct tunables *now)
{
	const char *text;
	int i, error;

	for (i = 0; i < PARAMETERS; i++) {
		if (value_of(wanted, i) == value_of(now, i))
			continue;
		text = spell(i, value_of(wanted, i));
		error = write_parameter(i, text);
		if (error)
			mismatch("%s=%s: error %d", name_of(i), text, error);
		*value_in(now, i) = value_of(wanted, i);
		look(i, now);
	}
	params_expect_taint(now);
}

/* Not the unsafe ones: even a value that is refused taints. */
static const struct {
	enum kind kind;
	const char *text;
	int error;
} wrong[] = {
	{ BOOL, "2", EINVAL }, { BOOL, "maybe", EINVAL }, { BOOL, "\n", EINVAL },
	{ BOOL, "-1", EINVAL },
	{ ANY_INT, "x", EINVAL }, { ANY_INT, "1x", EINVAL }, { ANY_INT, "\n", EINVAL },
	{ ANY_INT, "2147483648", ERANGE }, { ANY_INT, "-2147483649", ERANGE },
	{ LEVEL, "3", EINVAL }, { LEVEL, "-1", EINVAL }, { LEVEL, "Y", EINVAL },
	{ LEVEL, "99999999999", ERANGE },
	{ GROUP, "-2", EINVAL }, { GROUP, "4294967295", EINVAL },
	{ GROUP, "root", EINVAL }, { GROUP, "5000000000", EINVAL },
	{ GROUP, "99999999999999999999", ERANGE },
};

void params_spoil(bool locked, const struct tunables *now)
{
	const int w = below(COUNT(wrong));
	int i, error, expected = wrong[w].error;
	const char *text = wrong[w].text;

	do
		i = below(PARAMETERS);
	while (parameters[i].unsafe || parameters[i].kind != wrong[w].kind);
	if (locked) {
		expected = EPERM;
		if (chance(20))
			i = LOCKED;
		if (chance(60))
			text = "0";
	}
	error = write_parameter(i, text);
	if (error != expected)
		mismatch("%s=%s: error %d, expected %d", name_of(i), text, error,
			 expected);
	if (i != LOCKED)
		look(i, now);
}

/* -- at load ---------------------------------------------------------------- */

static void append_word(char *words, const char *name, const char *text)
{
	sprintf(words + strlen(words), "%s=%.*s ", name,
		(int)strcspn(text, "\n"), text);
}

const char *params_words(const struct tunables *wanted, bool locked)
{
	static char words[1024];
	const int start = below(PARAMETERS), lock = below(PARAMETERS);
	int i, n;

	*words = '\0';
	for (i = 0; i < PARAMETERS; i++) {
		n = (start + i) % PARAMETERS;
		if (i == lock && locked)
			append_word(words, "locked", "Y");
		if (value_of(wanted, n) != parameters[n].normal ||
		    (!parameters[n].unsafe && chance(50)))
			append_word(words, name_of(n), spell(n, value_of(wanted, n)));
	}
	params_expect_taint(wanted);
	return words;
}

const char *params_bad_words(int *error)
{
	static char words[128];
	int w, i;

	do {
		w = below(COUNT(wrong));
		i = below(PARAMETERS);
	} while (parameters[i].unsafe || parameters[i].kind != wrong[w].kind ||
		 *wrong[w].text == '\n');
	strcpy(words, chance(50) ? "allow_nested=Y " : "");
	append_word(words, name_of(i), wrong[w].text);
	*error = wrong[w].error;
	return words;
}
