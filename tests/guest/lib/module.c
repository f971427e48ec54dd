// SPDX-License-Identifier: GPL-2.0
/*
 * The module as a test sees it: loaded or not, its parameters, its counters,
 * and the fixture that puts all of it back to the start.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "module.h"

#define CASE_SECONDS	60

const char *const reasons[] = {
	"no_new_privs", "user_namespace", "group", "seccomp", "shared_fs",
	"nested", "not_beneath", "untrusted_root", "open_directory",
	"shared_files", "cwd_outside", "mac", NULL
};

static const struct {
	const char *name;
	const char *value;
} defaults[] = {
	{ "enabled", "Y" },
	{ "allow_open_directories", "1" },
	{ "allow_nested", "N" },
	{ "require_cwd_beneath", "1" },
	{ "allow_seccomp", "N" },
	{ "allow_user_namespaces", "N" },
	{ "allowed_group", "-1" },
	{ "require_trusted_root", "N" },
	{ "restrict_privileged", "N" },
	{ "log", "1" },
	{ "require_no_new_privs", "Y" },
	{ "require_unshared_fs", "Y" },
	{ "require_beneath", "Y" },
};

/*
 * Files of the module held open: a caller in a jail, or without privilege,
 * still has to read the counters and turn the tunables. None is a directory.
 */
static struct held_file {
	char path[128];
	int fd;
} held[40];

static int held_file(const char *directory, const char *name, bool reopen)
{
	char path[sizeof(held[0].path)];
	struct held_file *file;

	snprintf(path, sizeof(path), MODULE_DIR "/%s/%s", directory, name);
	for (file = held; file->path[0]; file++) {
		check_quietly(file < held + COUNT(held) - 1,
			      "too many files of the module are open");
		if (!strcmp(file->path, path))
			break;
	}
	if (file->path[0] && !reopen)
		return file->fd;

	if (file->path[0])
		close(file->fd);
	file->fd = open(path, O_RDWR | O_CLOEXEC);
	if (file->fd < 0)
		file->fd = open(path, O_RDONLY | O_CLOEXEC);
	check_quietly(file->fd >= 0, "%s: cannot open: %m", path);
	strcpy(file->path, path);
	return file->fd;
}

static bool is_held(int fd)
{
	for (struct held_file *file = held; file->path[0]; file++)
		if (file->fd == fd)
			return true;
	return false;
}

static void held_read(const char *directory, const char *name, char *buffer, size_t size)
{
	ssize_t n = pread(held_file(directory, name, false), buffer, size - 1, 0);

	/* Opened before the module was unloaded and loaded again. */
	if (n < 0)
		n = pread(held_file(directory, name, true), buffer, size - 1, 0);
	check_quietly(n >= 0, "%s/%s: cannot read: %m", directory, name);
	buffer[n] = '\0';
	buffer[strcspn(buffer, "\n")] = '\0';
}

bool module_built_in(void)
{
	/* Its directory has no initstate. */
	return access(MODULE_DIR, F_OK) == 0 && !module_loaded(MODULE_NAME) &&
	       access(MODULE_DIR "/parameters", F_OK) == 0;
}

/* What runs before and after test cases runs in the test runner itself. */
static pid_t runner;

__attribute__((constructor)) static void remember_runner(void)
{
	runner = getpid();
}

void need_module(void)
{
	if (!module_built_in() || getpid() == runner)
		return;
	skip("the rule is built into this kernel");
	exit(0);
}

int module_load(const char *file, const char *parameters)
{
	int fd, error;

	if (!strcmp(file, MODULE_FILE))
		need_module();
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return error;
}

int module_unload(const char *name)
{
	if (!strcmp(name, MODULE_NAME))
		need_module();
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

bool module_loaded(const char *name)
{
	char path[128];

	/* A built-in's directory has no initstate. */
	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	return access(path, F_OK) == 0;
}

int file_write(const char *path, const char *text)
{
	const size_t length = strlen(text);
	ssize_t done;
	int fd, error;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = write(fd, text, length);
	error = done < 0 ? -errno : 0;
	check_quietly(error || (size_t)done == length,
		      "%s took %zd bytes of %zu", path, done, length);
	close(fd);
	return error;
}

int param_write(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), MODULE_DIR "/parameters/%s", name);
	return file_write(path, value);
}

const char *param_read(const char *name)
{
	static char value[64];

	held_read("parameters", name, value, sizeof(value));
	return value;
}

void param_set(const char *name, const char *value)
{
	size_t length = strlen(value);
	ssize_t n;

	/* It could not be taken back. */
	if (!strcmp(name, "locked") && !strcmp(value, "Y"))
		need_module();
	n = pwrite(held_file("parameters", name, false), value, length, 0);
	if (n < 0 && errno == ENODEV)
		n = pwrite(held_file("parameters", name, true), value, length, 0);
	check_quietly(n == (ssize_t)length, "%s=%s: expected the write to work: %m",
		      name, value);
}

void params_default(void)
{
	for (int i = 0; i < COUNT(defaults); i++) {
		/* Writing an unsafe parameter logs and taints, so only if needed. */
		if (strcmp(param_read(defaults[i].name), defaults[i].value))
			param_set(defaults[i].name, defaults[i].value);
	}
}

static unsigned long long counter_shown(const char *name)
{
	char value[32], *end;
	unsigned long long number;

	held_read("stats", name, value, sizeof(value));
	number = strtoull(value, &end, 10);
	check_quietly(*value && !*end, "counter %s: expected one number, got \"%s\"",
		      name, value);
	return number;
}

static unsigned long long counted_before[N_COUNTERS];

void counters_begin(void)
{
	for (int i = 0; i < N_COUNTERS; i++)
		counted_before[i] = counter_shown(counter_name(i));
}

unsigned long long counter(const char *name)
{
	int i = 0;

	/* Not by counter_name(), whose answer @name may be. */
	if (!strncmp(name, "refused_", 8))
		for (i = 1; i < N_COUNTERS && strcmp(name + 8, reasons[i - 1]); i++)
			;
	check_quietly(i < N_COUNTERS, "there is no counter %s", name);
	return counter_shown(name) - counted_before[i];
}

const char *counter_name(int i)
{
	static char name[64];

	if (i == 0)
		return "allowed";
	snprintf(name, sizeof(name), "refused_%s", reasons[i - 1]);
	return name;
}

unsigned long long counter_sum(void)
{
	unsigned long long sum = 0;

	for (int i = 0; i < N_COUNTERS; i++)
		sum += counter(counter_name(i));
	return sum;
}

/* Descriptors that the test process was born with: libcheck's, and 0, 1, 2. */
static bool inherited[64];

static void remember_descriptors(void)
{
	struct stat st;

	for (int fd = 0; fd < (int)sizeof(inherited); fd++) {
		inherited[fd] = fstat(fd, &st) == 0 && !is_held(fd);
		ck_assert_msg(!inherited[fd] || !S_ISDIR(st.st_mode),
			      "descriptor %d is a directory before the test begins", fd);
	}
}

void close_all(void)
{
	int first = 3;

	for (int fd = 3; fd <= (int)sizeof(inherited); fd++) {
		if (fd < (int)sizeof(inherited) && !inherited[fd] && !is_held(fd))
			continue;
		if (first < fd)
			syscall(SYS_close_range, first, fd - 1, 0);
		first = fd + 1;
	}
	syscall(SYS_close_range, sizeof(inherited), ~0U, 0);
}

/* Test modules that stand in the module's way, if a test that failed has left them. */
static void remove_others(void)
{
	static const char *const others[] = { "second_hook", "disturb" };

	for (int i = 0; i < COUNT(others); i++)
		if (module_loaded(others[i]))
			module_unload(others[i]);
	file_write("/proc/sys/kernel/ftrace_enabled", "1");
}

/* What comes after a case finds the module loaded, whatever its last test did. */
static void guest_leave(void)
{
	remove_others();
	if (!module_loaded(MODULE_NAME))
		module_load(MODULE_FILE, "");
}

void guest_setup(void)
{
	int error;

	umask(022);
	must(chdir("/") == 0);
	remember_descriptors();

	/* What an earlier test left behind, one that failed halfway too. */
	remove_others();
	if (module_loaded(MODULE_NAME) && !strcmp(param_read("locked"), "Y")) {
		error = module_unload(MODULE_NAME);
		ck_assert_msg(!error, "cannot unload the locked module: error %d", error);
	}
	if (!module_loaded(MODULE_NAME) && !module_built_in()) {
		error = module_load(MODULE_FILE, "");
		ck_assert_msg(!error, "cannot load %s: error %d", MODULE_FILE, error);
	}
	/* Opens every file, while that is possible. */
	params_default();
	param_read("locked");
	counter_sum();
}

void skip(const char *reason)
{
	/* The result line comes from the test runner, after this. */
	dprintf(STDOUT_FILENO, "# SKIP %s\n", reason);
}

TCase *add_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, guest_setup, NULL);
	tcase_add_unchecked_fixture(tc, NULL, guest_leave);
	tcase_set_timeout(tc, CASE_SECONDS);
	suite_add_tcase(suite, tc);
	return tc;
}
