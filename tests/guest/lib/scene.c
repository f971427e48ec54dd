// SPDX-License-Identifier: GPL-2.0
/*
 * A module as good as new, and calls by somebody else (scene.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"
#include "observe.h"
#include "scene.h"

/* More than DEFAULT_RATELIMIT_INTERVAL of the kernel. */
#define RATELIMIT_SECONDS	6

const char *const parameters[] = {
	"enabled", "allow_open_directories", "allow_nested",
	"require_cwd_beneath", "allow_seccomp", "allow_user_namespaces",
	"allowed_group", "require_trusted_root", "restrict_privileged", "log",
	"require_no_new_privs", "require_unshared_fs", "require_beneath",
	"locked", NULL
};

/* As in include/hook_compat.h. */
const char *const entry_symbols[] = {
#if defined(__x86_64__)
	"__x64_sys_chroot", "__ia32_sys_chroot",
#elif defined(__i386__)
	"__ia32_sys_chroot",
#elif defined(__aarch64__)
	"__arm64_sys_chroot",
#elif defined(__riscv)
	"__riscv_sys_chroot",
#elif defined(__powerpc64__)
	"sys_chroot",
#elif defined(__s390x__)
	"__s390x_sys_chroot",
#endif
};

const int n_entry_symbols = COUNT(entry_symbols);

/* -- the module as the tests want it --------------------------------------- */

void module_absent(void)
{
	int error, tries;

	if (module_built_in()) {
		param_set("enabled", "N");
		return;
	}
	/* A process that an earlier test killed may still be in the module. */
	for (tries = 0; module_loaded(MODULE_NAME); tries++) {
		error = module_unload(MODULE_NAME);
		ck_assert_msg(!error || tries < 500,
			      "cannot unload the module: %s", strerror(-error));
		if (error)
			usleep(100000);
	}
}

void module_present(void)
{
	if (!module_loaded(MODULE_NAME) && !module_built_in())
		must((errno = -module_load(MODULE_FILE, "")) == 0);
	params_default();
	counter_sum();
}

void module_reload(const char *with_parameters)
{
	int error;

	if (module_built_in()) {
		if (*with_parameters)
			need_module();
		sleep(RATELIMIT_SECONDS);
		params_default();
		counters_begin();
		return;
	}
	module_absent();
	error = module_load(MODULE_FILE, with_parameters);
	ck_assert_msg(!error, "cannot load the module with \"%s\": %s",
		      with_parameters, strerror(-error));
}

void module_fresh(void)
{
	module_reload("");
}

void expect_module_gone(void)
{
	static const char *const remains[] = {
		MODULE_DIR,
		"/sys/kernel/tracing/events/" MODULE_NAME,
	};
	int i;

	need_module();
	for (i = 0; i < COUNT(remains); i++)
		ck_assert_msg(access(remains[i], F_OK) && errno == ENOENT,
			      "%s is still there", remains[i]);
	if (tracing_open()) {
		const char *hooked = file_read("/sys/kernel/tracing/enabled_functions");

		ck_assert_msg(!strstr(hooked, MODULE_NAME),
			      "ftrace still calls the module:\n%s", hooked);
	}
	ck_assert_msg(served_call("/") == -EPERM,
		      "without the module a user's chroot must give EPERM");
}

/* -- situations ------------------------------------------------------------- */

static void share_fs(void)
{
	start_peer(CLONE_FS);
}

static void share_files(void)
{
	start_peer(CLONE_FILES);
}

static void chrooted(void)
{
	enter_jail(make_dir("situation"));
}

/* The working directory becomes one of a mount namespace that was left. */
static void leave_mount_namespace(void)
{
	const int old = open("/", O_RDONLY | O_DIRECTORY);

	must(old >= 0);
	unshare_mounts();
	must(!fchdir(old));
}

static void open_directory(void)
{
	must(open("/", O_RDONLY | O_DIRECTORY) >= 0);
}

static void confine(void)
{
	must(!file_write("/proc/self/attr/apparmor/current",
			 "changeprofile uchroot-confined"));
}

const struct situation situations[] = {
	{ "none", NULL, NULL, NULL, NULL, "/" },
	{ "user_namespace", NULL, NULL, NULL, enter_user_namespace, "/" },
	{ "group", "allowed_group", "4242", NULL, NULL, "/" },
	{ "seccomp", NULL, NULL, NULL, add_seccomp_filter, "/" },
	{ "shared_fs", NULL, NULL, NULL, share_fs, "/" },
	{ "nested", NULL, NULL, chrooted, NULL, "/" },
	{ "not_beneath", NULL, NULL, leave_mount_namespace, NULL, "." },
	{ "untrusted_root", "require_trusted_root", "Y", NULL, NULL, "/tmp" },
	{ "open_directory", "allow_open_directories", "0", NULL,
	  open_directory, "/" },
	{ "shared_files", "allow_open_directories", "0", NULL, share_files,
	  "/" },
	{ "cwd_outside", "require_cwd_beneath", "2", NULL, NULL, "/tmp" },
	{ "mac", NULL, NULL, confine, NULL, "/" },
};

const size_t situation_count = COUNT(situations);

struct player {
	const struct situation *situation;
	pid_t *pid;	/* in shared memory */
};

static int player(void *argument)
{
	const struct player *me = argument;
	const struct situation *s = me->situation;

	*me->pid = getpid();
	if (s->as_root)
		s->as_root();
	close_all();
	become_served_user();
	if (s->as_user)
		s->as_user();
	return -sys_chroot(s->path);
}

int play(const struct situation *s, pid_t *pid)
{
	static pid_t *shared;
	struct player arguments = { .situation = s };
	int error;

	if (!shared) {
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		must(shared != MAP_FAILED);
	}
	if (s->parameter)
		param_set(s->parameter, s->value);
	arguments.pid = shared;
	error = in_child(player, &arguments);
	ck_assert_msg(error >= 0, "the caller was killed by a signal");
	if (pid)
		*pid = *shared;
	return -error;
}

int served_call(const char *path)
{
	const struct situation plain = { .reason = "none", .path = path };

	return play(&plain, NULL);
}

static int without_no_new_privs(void *path)
{
	close_all();
	become_user();
	return -sys_chroot(path);
}

int stock_call(const char *path)
{
	return -in_child(without_no_new_privs, (void *)path);
}
