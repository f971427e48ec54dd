// SPDX-License-Identifier: GPL-2.0
/*
 * Tries every technique on the stock kernel, with the module under its
 * defaults, and with allow_nested=Y; judges, and prints the rows of a table
 * (lines "# escape: | ..."), which tests/escape/run collects.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"
#include "observe.h"
#include "scene.h"
#include "suites.h"

#define ATTEMPT_SECONDS	20

static const struct technique *const families[] = {
	classic_techniques, descriptor_techniques, peer_techniques,
	race_techniques, proc_techniques, namespace_techniques,
	mount_techniques, uring_techniques, accomplice_techniques,
};

static const struct technique *techniques[128];

const char *top, *jail;
char token[33];

enum stock { NOT_TRIED, LACKING, STOCK_HELD, STOCK_OUT };

static struct {
	/* What the processes of an attempt tell the judge. */
	bool out;
	char unavailable[128];
	/* What the test without the module tells the one with it. */
	enum stock stock[COUNT(techniques)];
} *shared;

/* -- what an attempt says -------------------------------------------------------- */

void got_out(void)
{
	shared->out = true;
}

bool look(int directory)
{
	char path[64] = "marker", text[sizeof(token)];
	ssize_t n;
	int fd;

	for (int up = 0; up < 12; up++) {
		fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			n = read(fd, text, sizeof(text));
			close(fd);
			if (n == sizeof(token) - 1 && !memcmp(text, token, n)) {
				got_out();
				return true;
			}
		}
		memmove(path + 3, path, strlen(path) + 1);
		memcpy(path, "../", 3);
	}
	return false;
}

void unavailable(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(shared->unavailable, sizeof(shared->unavailable), format, arguments);
	va_end(arguments);
	_exit(0);
}

/* -- the jail --------------------------------------------------------------------- */

static void write_marker(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_msg(fd >= 0, "create %s: %m", path);
	must(write(fd, token, sizeof(token) - 1) == sizeof(token) - 1);
	close(fd);
}

static void make_marker(void)
{
	unsigned char bytes[sizeof(token) / 2];

	must(getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		sprintf(token + 2 * i, "%02x", bytes[i]);
	write_marker("/marker");
	/* A file system that every mount of it shows. */
	write_marker("/dev/marker");
}

static const char *users_dir_in(const char *parent, const char *name)
{
	const char *path = make_dir_in(parent, name);

	must(chown(path, TEST_UID, TEST_GID) == 0);
	return path;
}

void make_jail(bool with_proc)
{
	const char *proc;

	top = make_dir("escape");
	/* A helper outside may rename what is here. */
	must(chown(top, TEST_UID, TEST_GID) == 0);
	write_marker(path_in(top, "marker"));
	jail = users_dir_in(top, "jail");
	users_dir_in(users_dir_in(jail, "d"), "e");
	users_dir_in(jail, "x");
	proc = make_dir_in(jail, "proc");
	if (with_proc)
		must(mount("proc", proc, "proc", 0, NULL) == 0);
}

static void become_user_with(unsigned long long capabilities)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ capabilities, capabilities, 0 },
		{ capabilities >> 32, capabilities >> 32, 0 },
	};

	must(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	become_user();
	must(syscall(SYS_capset, &header, data) == 0);
	must(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
	set_no_new_privs();
}

/* -- one attempt -------------------------------------------------------------------- */

static void __attribute__((noreturn)) attempt(const struct technique *technique, bool control)
{
	/* All that it starts can be ended together. */
	must(setpgid(0, 0) == 0);
	alarm(ATTEMPT_SECONDS);
	unshare_mounts();
	make_jail(technique->proc);
	if (technique->prepare)
		technique->prepare();
	if (control && technique->control_enter) {
		technique->control_enter();
	} else {
		must(chroot(jail) == 0);
		if (!technique->no_chdir)
			must(chdir("/") == 0);
		become_user_with(control ? technique->control : 0);
	}
	technique->attack();
	_exit(0);
}

/* Out? Fails the test when the attempt itself broke. */
static bool try(const struct technique *technique, const char *where, bool control)
{
	int status, other;
	pid_t pid;

	shared->out = false;
	shared->unavailable[0] = '\0';
	pid = fork();
	must(pid >= 0);
	if (!pid)
		attempt(technique, control);
	must(waitpid(pid, &status, 0) == pid);
	kill(-pid, SIGKILL);
	/* Those left behind are now children of the judge. */
	while (waitpid(-1, &other, 0) > 0)
		if (WIFEXITED(other) && WEXITSTATUS(other))
			status = other;
	/* libcheck has the message of a failed assertion already. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		_exit(1);
	ck_assert_msg(WIFEXITED(status) && !WEXITSTATUS(status),
		      "%s, %s: the attempt ended with status %#x", technique->name,
		      where, status);
	return shared->out;
}

/* -- reasons -------------------------------------------------------------------------- */

static void read_refusals(unsigned long long refusals[])
{
	for (int i = 0; reasons[i]; i++)
		refusals[i] = counter(counter_name(i + 1));
}

/* The attempt's outcome as a cell of the table: why the module refused, if it did. */
static bool try_and_tell(const struct technique *technique, const char *where, char *cell)
{
	unsigned long long before[16], after[16];
	bool out;

	read_refusals(before);
	out = try(technique, where, false);
	read_refusals(after);
	strcpy(cell, out ? "**out**" : "held");
	for (int i = 0; !out && reasons[i]; i++)
		if (after[i] != before[i])
			sprintf(cell + strlen(cell), " `%s`", reasons[i]);
	return out;
}

/* -- the verdict ------------------------------------------------------------------------ */

static const char *control_cell(const struct technique *technique, char *cell)
{
	static const struct {
		unsigned long long capability;
		const char *name;
	} names[] = {
		{ CAP(SYS_CHROOT), "SYS_CHROOT" },
		{ CAP(SYS_ADMIN), "SYS_ADMIN" },
		{ CAP(SYS_PTRACE), "SYS_PTRACE" },
		{ CAP(DAC_READ_SEARCH), "DAC_READ_SEARCH" },
		{ CAP(MKNOD), "MKNOD" },
		{ CAP(SYSLOG), "SYSLOG" },
	};
	unsigned long long named = 0;

	if (technique->no_control)
		return technique->no_control;
	if (technique->control_enter)
		return "a user namespace made before the jail";
	if (!technique->control)
		return "no privilege";
	*cell = '\0';
	for (int i = 0; i < COUNT(names); i++) {
		if (!(technique->control & names[i].capability))
			continue;
		sprintf(cell + strlen(cell), "%s%s", *cell ? ", " : "", names[i].name);
		named |= names[i].capability;
	}
	ck_assert_msg(named == technique->control, "a capability of %s has no name",
		      technique->name);
	return cell;
}

static void try_nested(const struct technique *technique, char cells[3][256])
{
	static const char *const values[] = { "0", "1", "2" };
	char where[64];
	bool out;

	param_set("allow_nested", "Y");
	for (int i = 0; i < COUNT(values); i++) {
		snprintf(where, sizeof(where), "allow_nested=Y allow_open_directories=%s",
			 values[i]);
		param_set("allow_open_directories", values[i]);
		out = try_and_tell(technique, where, cells[i]);
		ck_assert_msg(out == technique->nested[i],
			      "%s, %s: expected %s, it is %s", technique->name, where,
			      technique->nested[i] ? "out" : "held", cells[i]);
	}
	params_default();
}

/* All techniques without the module first: it takes a while to load and unload. */
static void without_module(void)
{
	umask(022);
	must(chdir("/") == 0);
	module_absent();
}

void make_scene(void)
{
	must(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	make_marker();
}

START_TEST(technique_works)
{
	const struct technique *technique = techniques[_i];
	bool out;

	if (technique->lacking && technique->lacking()) {
		shared->stock[_i] = LACKING;
		return;
	}
	make_scene();
	out = try(technique, "stock", false);
	if (*shared->unavailable) {
		skip(shared->unavailable);
		return;
	}
	shared->stock[_i] = out ? STOCK_OUT : STOCK_HELD;
	if (technique->control || technique->control_enter)
		ck_assert_msg(try(technique, "control", true),
			      "%s: it does not even work with privilege, so it shows nothing",
			      technique->name);
	else
		ck_assert_msg(out || technique->no_control,
			      "%s: it does not even work on the stock kernel, so it shows nothing",
			      technique->name);
}
END_TEST

START_TEST(module_is_no_way_out)
{
	const struct technique *technique = techniques[_i];
	const bool stock = shared->stock[_i] == STOCK_OUT;
	char with[128], defaults[256], nested[3][256];
	bool out;

	if (shared->stock[_i] == LACKING) {
		printf("# escape: | %s | %s | | | | | |\n", technique->name,
		       technique->lacking());
		fflush(stdout);
		return;
	}
	if (shared->stock[_i] == NOT_TRIED) {
		skip("it could not be tried without the module");
		return;
	}
	make_scene();
	out = try_and_tell(technique, "defaults", defaults);
	ck_assert_msg(!out || stock, "%s: OUT with the module, held without it",
		      technique->name);
	try_nested(technique, nested);

	printf("# escape: | %s | %s | %s | %s | %s | %s | %s |\n", technique->name,
	       stock ? "**out**" : "held", defaults, nested[0], nested[1], nested[2],
	       control_cell(technique, with));
	fflush(stdout);
}
END_TEST

Suite *escape_suite(void)
{
	Suite *suite = suite_create("escape");
	const struct technique *technique;
	int n = 0;
	TCase *tc;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
	for (int i = 0; i < COUNT(families); i++)
		for (technique = families[i]; technique->name; technique++)
			techniques[n++] = technique;

	/* Named after the technique, as that is what the results show. */
	for (int i = 0; i < n; i++) {
		tc = tcase_create(techniques[i]->name);
		tcase_add_checked_fixture(tc, without_module, NULL);
		tcase_set_timeout(tc, 3 * ATTEMPT_SECONDS);
		tcase_add_loop_test(tc, technique_works, i, i + 1);
		suite_add_tcase(suite, tc);
	}
	for (int i = 0; i < n; i++) {
		tc = add_case(suite, techniques[i]->name);
		tcase_set_timeout(tc, 5 * ATTEMPT_SECONDS);
		tcase_add_loop_test(tc, module_is_no_way_out, i, i + 1);
	}
	add_own_chroot_cases(suite);
	return suite;
}
