// SPDX-License-Identifier: GPL-2.0
/*
 * fchroot(2), which kernels have from 7.3 on. The same caller makes the same
 * call without the module, with the module but not served, and served: what
 * the kernel says before it asks for the capability is the same each time.
 *
 * Where the kernel lacks the call, the module does not add it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define NR_FCHROOT	472
#define X32_BIT		0x40000000

#ifndef FD_FAILFS_ROOT
#define FD_FAILFS_ROOT	-10004	/* linux/fcntl.h, as old as the call */
#endif

/* -- the call --------------------------------------------------------------- */

static int sys_fchroot(int fd, unsigned int flags)
{
	return syscall(NR_FCHROOT, fd, flags) ? -errno : 0;
}

#ifdef __x86_64__
/* All 64 bits of the registers are garbage but those that count. */
static int sys_fchroot_ia32(int fd, unsigned int flags)
{
	static const unsigned long garbage = 0xdeadbeef00000000;
	long result;

	asm volatile("int $0x80" : "=a" (result)
		     : "a" (NR_FCHROOT | garbage), "b" ((unsigned int)fd | garbage),
		       "c" (flags | garbage)
		     : "r8", "r9", "r10", "r11", "memory", "cc");
	return (int)result;
}

static int sys_fchroot_x32(int fd, unsigned int flags)
{
	return syscall(NR_FCHROOT | X32_BIT, fd, flags) ? -errno : 0;
}
#endif

/* The upper halves of the native registers do not count either. */
static int sys_fchroot_garbage(int fd, unsigned int flags)
{
	static const unsigned long garbage =
		sizeof(long) == 8 ? (unsigned long)0xdeadbeef00000000ULL : 0;

	return syscall(NR_FCHROOT, (unsigned int)fd | garbage, flags | garbage) ?
		-errno : 0;
}

static const struct fentry {
	const char *name;
	int (*call)(int fd, unsigned int flags);
} fentries[] = {
	{ "native", sys_fchroot },
	{ "native, upper halves", sys_fchroot_garbage },
#ifdef __x86_64__
	{ "int 0x80", sys_fchroot_ia32 },
	{ "x32", sys_fchroot_x32 },
#endif
};

static const struct fentry *fentry = fentries;

static bool fentry_works(const struct fentry *entry)
{
	return entry->call(-1, ~0U) != -ENOSYS;
}

/* What the verdicts of guest.h call: the path only says what to compare with. */
static int the_fd = -1;
static unsigned int the_flags;

static int by_descriptor(const char *path)
{
	(void)path;
	return fentry->call(the_fd, the_flags);
}

/* A descriptor of the path, which is the one that the next call passes. */
static const char *with_fd(const char *path)
{
	the_fd = open(path, O_PATH | O_CLOEXEC);
	must(the_fd >= 0);
	return path;
}

static void each_entry(void (*function)(void *), void *argument)
{
	chroot_entry = by_descriptor;
	for (int i = 0; i < COUNT(fentries); i++) {
		if (!fentry_works(&fentries[i]))
			continue;
		fentry = &fentries[i];
		note("entry: %s", fentry->name);
		check_in_child(function, argument);
	}
	fentry = fentries;
	note("%s", "");
}

static void unload(void)
{
	if (module_loaded(MODULE_NAME))
		ck_assert_int_eq(module_unload(MODULE_NAME), 0);
}

/* And its files are opened anew, while that is still possible. */
static void load(void)
{
	if (!module_loaded(MODULE_NAME))
		ck_assert_int_eq(module_load(MODULE_FILE, ""), 0);
	params_default();
	counter_sum();
}

/* -- a kernel without it ----------------------------------------------------------- */

static int answer_of_nobody(void *unused)
{
	(void)unused;
	become_served_user();
	return -sys_fchroot(open("/tmp", O_PATH), 0);
}

static int answer_of_root(void *unused)
{
	(void)unused;
	return -sys_fchroot(open("/tmp", O_PATH), 0);
}

START_TEST(not_added_where_the_kernel_lacks_it)
{
	ck_assert_int_eq(in_child(answer_of_nobody, NULL), ENOSYS);
	ck_assert_int_eq(in_child(answer_of_root, NULL), ENOSYS);
	unload();
	ck_assert_int_eq(in_child(answer_of_nobody, NULL), ENOSYS);
	ck_assert_int_eq(in_child(answer_of_root, NULL), ENOSYS);
	load();
}
END_TEST

/* -- served -------------------------------------------------------------------------- */

START_TEST(every_entry_is_there)
{
	for (int i = 0; i < COUNT(fentries); i++) {
		if (!strcmp(fentries[i].name, "x32") &&
		    access("/sys/module/syscall/parameters/x32", F_OK))
			continue;
		ck_assert_msg(fentry_works(&fentries[i]), "%s: no fchroot(2)",
			      fentries[i].name);
	}
}
END_TEST

static void granted_then_nested(void *target)
{
	const char *path = target;

	become_user();
	with_fd(path);
	expect_stock(path, EPERM);
	set_no_new_privs();
	expect_granted(path);
	/* Judged as chroot(2) is, by the root that it has now. */
	with_fd("/");
	expect_refused("/", "nested");
}

START_TEST(granted_by_every_entry)
{
	each_entry(granted_then_nested, (void *)make_dir("target"));
}
END_TEST

/* Descriptors of every kind that leads to a directory. */
static const int open_flags[] = {
	O_RDONLY, O_RDONLY | O_DIRECTORY, O_PATH, O_PATH | O_DIRECTORY,
	O_RDONLY | O_CLOEXEC, O_PATH | O_NOFOLLOW,
};

START_TEST(granted_by_every_kind_of_descriptor)
{
	const char *dir = make_dir("target");

	chroot_entry = by_descriptor;
	note("open flags %#o", open_flags[_i]);
	the_fd = open(dir, open_flags[_i]);
	must(the_fd >= 0);
	become_served_user();
	expect_granted(dir);
	/* It is still there, and still the directory. */
	must(fcntl(the_fd, F_GETFD) >= 0);
	must(faccessat(the_fd, "..", F_OK, 0) == 0);
}
END_TEST

/* No lookup by name takes part: renamed, with another under the old name. */
START_TEST(the_object_not_the_name)
{
	const char *base = make_dir("base"), *dir = make_dir_in(base, "dir");
	const char *moved = path_in(base, "moved");

	chroot_entry = by_descriptor;
	with_fd(dir);
	must(rename(dir, moved) == 0);
	make_dir_in(base, "dir");
	become_served_user();
	expect_granted(moved);
}
END_TEST

START_TEST(a_removed_directory)
{
	const char *dir = make_dir("gone");
	char path[64];

	chroot_entry = by_descriptor;
	with_fd(dir);
	must(rmdir(dir) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", the_fd);
	become_served_user();
	expect_granted(path);
}
END_TEST

static int granted_and_gone(void *path)
{
	int fd = open(path, O_PATH);

	return sys_fchroot(fd, 0);
}

static int many_calls(void *data)
{
	const char *const *paths = data;
	int dir = open(paths[0], O_PATH), file = open(paths[1], O_PATH);
	int closed = open(paths[2], O_PATH);

	become_served_user();
	for (int i = 0; i < 300; i++) {
		if (sys_fchroot(dir, 0) != -EPERM || sys_fchroot(dir, 1) != -EINVAL ||
		    sys_fchroot(file, 0) != -ENOTDIR || sys_fchroot(closed, 0) != -EACCES)
			return 1;
	}
	return 0;
}

static int many_grants(void *path)
{
	become_served_user();
	for (int i = 0; i < 30; i++)
		if (in_child(granted_and_gone, path))
			return 1;
	return 0;
}

/* A reference too many keeps the mount busy for ever. */
START_TEST(no_reference_is_kept)
{
	const char *point = make_dir("mnt"), *paths[3];

	mount_tmpfs(point);
	paths[0] = make_dir_in(point, "dir");
	paths[1] = path_in(point, "file");
	make_file(paths[1], 0644);
	paths[2] = make_dir_in(point, "closed");
	must(chmod(paths[2], 0700) == 0);
	ck_assert_int_eq(in_child(many_grants, (void *)paths[0]), 0);
	param_set("require_cwd_beneath", "2");
	ck_assert_int_eq(in_child(many_calls, paths), 0);
	ck_assert_msg(umount2(point, 0) == 0, "umount: expected success, got: %m");
}
END_TEST

/* -- errno, in the kernel's order ------------------------------------------------------ */

enum object { BAD, CLOSED_NUMBER, FILE_READ, FILE_PATH, PIPE, LINK, NO_X, DIR_READ, DIR_PATH };

/* As root makes it, before the caller gives up what would let it all pass. */
static int open_object(enum object object)
{
	const char *dir = make_dir("object"), *file = path_in(dir, "file");
	int pipes[2], fd;

	make_file(file, 0666);
	switch (object) {
	case BAD:
		return 1000000;
	case CLOSED_NUMBER:
		fd = open(dir, O_PATH);
		must(fd >= 0);
		close(fd);
		return fd;
	case FILE_READ:
		return open(file, O_RDONLY);
	case FILE_PATH:
		return open(file, O_PATH);
	case PIPE:
		must(pipe(pipes) == 0);
		return pipes[0];
	case LINK:
		must(symlink(dir, path_in(dir, "link")) == 0);
		return open(path_in(dir, "link"), O_PATH | O_NOFOLLOW);
	case NO_X:
		fd = open(dir, O_RDONLY);
		must(chmod(dir, 0744) == 0);
		return fd;
	case DIR_READ:
		return open(dir, O_RDONLY);
	case DIR_PATH:
		return open(dir, O_PATH);
	}
	return -1;
}

static const struct {
	const char *name;
	enum object object;
	unsigned int flags;
	int error;	/* 0: nothing before the capability is asked for */
} errors[] = {
	{ "flags, no descriptor", BAD, 1, EINVAL },
	{ "high flag, no descriptor", BAD, 0x80000000, EINVAL },
	{ "all flags, file", FILE_READ, ~0U, EINVAL },
	{ "flags, directory", DIR_READ, 1, EINVAL },
	{ "AT_EMPTY_PATH, directory", DIR_PATH, AT_EMPTY_PATH, EINVAL },
	{ "flags, no x", NO_X, 1, EINVAL },
	{ "no descriptor", BAD, 0, EBADF },
	{ "closed", CLOSED_NUMBER, 0, EBADF },
	{ "file", FILE_READ, 0, ENOTDIR },
	{ "file, O_PATH", FILE_PATH, 0, ENOTDIR },
	{ "pipe", PIPE, 0, ENOTDIR },
	{ "symbolic link itself", LINK, 0, ENOTDIR },
	{ "no x", NO_X, 0, EACCES },
	{ "directory", DIR_READ, 0, 0 },
	{ "directory, O_PATH", DIR_PATH, 0, 0 },
};

static int index_now;
static bool served;

static int error_of_user(void *unused)
{
	int fd = open_object(errors[index_now].object);

	(void)unused;
	become_user();
	if (served)
		set_no_new_privs();
	return -fentry->call(fd, errors[index_now].flags);
}

static void check_error(void *unused)
{
	const int error = errors[index_now].error;

	(void)unused;
	the_fd = open_object(errors[index_now].object);
	the_flags = errors[index_now].flags;
	become_user();
	expect_stock(NULL, error ?: EPERM);
	set_no_new_privs();
	if (error) {
		expect_stock(NULL, error);
		return;
	}
	/* What the policy thinks of it comes last. */
	param_set("require_cwd_beneath", "2");
	expect_refused(NULL, "cwd_outside");
}

START_TEST(errno_in_the_kernels_order)
{
	index_now = _i;
	for (int i = 0; i < COUNT(fentries); i++) {
		if (!fentry_works(&fentries[i]))
			continue;
		fentry = &fentries[i];
		unload();
		for (int nnp = 0; nnp < 2; nnp++) {
			served = nnp;
			ck_assert_msg(in_child(error_of_user, NULL) ==
				      (errors[_i].error ?: EPERM),
				      "%s, %s, no_new_privs: %d: the kernel itself says %s, expected %s",
				      errors[_i].name, fentries[i].name, nnp,
				      strerror(in_child(error_of_user, NULL)),
				      strerror(errors[_i].error ?: EPERM));
		}
		load();
		chroot_entry = by_descriptor;
		note("%s, entry %s", errors[_i].name, fentries[i].name);
		check_in_child(check_error, NULL);
		params_default();
	}
}
END_TEST

/* -- negative descriptors: the kernel's own ---------------------------------------------- */

static const int sentinels[] = {
	-1, AT_FDCWD, -10000, -10002, -10003, FD_FAILFS_ROOT, -10005, -10009,
	INT_MIN,
};

static void as_root(void)
{
}

static void as_root_with_nnp(void)
{
	set_no_new_privs();
}

static void as_served_with_peer(void)
{
	become_served_user();
	start_peer(CLONE_FS);
}

static void as_served_and_chrooted(void)
{
	enter_jail(make_dir("jail"));
	become_served_user();
}

static void as_served_in_user_namespace(void)
{
	become_user();
	must(unshare(CLONE_NEWUSER) == 0);
	drop_capabilities();
	set_no_new_privs();
}

static void as_served_with_directory(void)
{
	must(open("/", O_RDONLY) >= 0);
	become_served_user();
}

static const struct {
	const char *name;
	void (*become)(void);
} callers[] = {
	{ "root", as_root },
	{ "root with no_new_privs", as_root_with_nnp },
	{ "user", become_user },
	{ "user with no_new_privs", become_served_user },
	{ "CLONE_FS peer", as_served_with_peer },
	{ "chrooted", as_served_and_chrooted },
	{ "user namespace", as_served_in_user_namespace },
	{ "open directory", as_served_with_directory },
};

static int caller_now, flags_now;

/* The answer, and whether there is a root left in which anything is found. */
static int sentinel_answer(void *unused)
{
	int error;

	(void)unused;
	callers[caller_now].become();
	error = -fentry->call(sentinels[index_now], flags_now);
	return error | (access("/", F_OK) == 0 ? 0 : 128);
}

/* answers[without or with the module][flags][sentinel][caller] */
static unsigned char answers[2][2][COUNT(sentinels)][COUNT(callers)];

static void ask_all(int with)
{
	for (flags_now = 0; flags_now < 2; flags_now++)
		for (index_now = 0; index_now < COUNT(sentinels); index_now++)
			for (caller_now = 0; caller_now < COUNT(callers); caller_now++)
				answers[with][flags_now][index_now][caller_now] =
					in_child(sentinel_answer, NULL);
}

START_TEST(negative_descriptors_are_the_kernels)
{
	unsigned long long before;
	bool some_worked = false;

	fentry = &fentries[_i];
	if (!fentry_works(fentry))
		return;
	before = counter_sum();
	ask_all(1);
	ck_assert_msg(counter_sum() == before,
		      "%s: a negative descriptor was judged by the module", fentry->name);
	unload();
	ask_all(0);
	load();

	for (int f = 0; f < 2; f++)
		for (int s = 0; s < COUNT(sentinels); s++)
			for (int c = 0; c < COUNT(callers); c++) {
				ck_assert_msg(answers[0][f][s][c] == answers[1][f][s][c],
					      "%s: fchroot(%d, %d) by %s: without the module %d, with it %d",
					      fentry->name, sentinels[s], f, callers[c].name,
					      answers[0][f][s][c], answers[1][f][s][c]);
				if (sentinels[s] == FD_FAILFS_ROOT &&
				    (answers[0][f][s][c] & 127) == 0)
					some_worked = true;
			}
	/* Else this would have compared errors with errors only. */
	ck_assert_msg(some_worked, "FD_FAILFS_ROOT worked for nobody");
}
END_TEST

/* -- open directories --------------------------------------------------------------------- */

static void descriptor_passed_in(void *unused)
{
	const char *dir = make_dir("target");
	int first, copy;

	(void)unused;
	param_set("allow_open_directories", "0");
	become_served_user();
	with_fd(dir);
	first = the_fd;
	/* Another descriptor of the very same file counts. */
	copy = dup(first);
	must(copy >= 0);
	expect_refused(dir, "open_directory");
	/* It makes no difference which of the two is passed. */
	the_fd = copy;
	expect_refused(dir, "open_directory");
	/* The one that is passed is where the caller wants to go. */
	must(close(first) == 0);
	expect_granted(dir);
}

START_TEST(descriptor_passed_in_does_not_count)
{
	each_entry(descriptor_passed_in, NULL);
}
END_TEST

static void open_anew(void *unused)
{
	const char *dir = make_dir("target");
	int other;

	(void)unused;
	param_set("allow_open_directories", "0");
	become_served_user();
	with_fd(dir);
	/* Neither the same file nor the same directory: each counts. */
	must((other = open(dir, O_RDONLY)) >= 0);
	expect_refused(dir, "open_directory");
	must(close(other) == 0 && (other = open("/tmp", O_PATH)) >= 0);
	expect_refused(dir, "open_directory");
	/* chroot(2) makes no exception for it. */
	must(close(other) == 0);
	chroot_entry = sys_chroot;
	expect_refused(dir, "open_directory");
	chroot_entry = by_descriptor;
	expect_granted(dir);
	/* Once is not for ever: it is an open directory for the next call. */
	chroot_entry = sys_chroot;
	param_set("allow_nested", "Y");
	expect_refused("/", "open_directory");
}

START_TEST(other_descriptors_count)
{
	each_entry(open_anew, NULL);
}
END_TEST

/* -- each reason ---------------------------------------------------------------------------- */

static const char *in_user_namespace(void)
{
	const char *dir = with_fd(make_dir("target"));

	as_served_in_user_namespace();
	return dir;
}

static const char *in_no_group(void)
{
	const char *dir = with_fd(make_dir("target"));

	param_set("allowed_group", "4242");
	become_served_user();
	return dir;
}

static const char *under_seccomp(void)
{
	const char *dir = with_fd(make_dir("target"));

	become_served_user();
	add_seccomp_filter();
	return dir;
}

static const char *sharing_fs(void)
{
	const char *dir = with_fd(make_dir("target"));

	become_served_user();
	start_peer(CLONE_FS);
	return dir;
}

static const char *already_chrooted(void)
{
	enter_jail(make_dir("jail"));
	with_fd("/");
	become_served_user();
	return "/";
}

static const char *not_beneath(void)
{
	const char *point = make_dir("mnt");
	static char path[64];

	mount_tmpfs(point);
	with_fd(point);
	must(umount2(point, MNT_DETACH) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", the_fd);
	become_served_user();
	return path;
}

static const char *with_open_directory(void)
{
	const char *dir = with_fd(make_dir("target"));

	param_set("allow_open_directories", "0");
	must(open("/", O_RDONLY) >= 0);
	become_served_user();
	return dir;
}

static const char *sharing_files(void)
{
	const char *dir = with_fd(make_dir("target"));

	param_set("allow_open_directories", "0");
	become_served_user();
	start_peer(CLONE_FILES);
	return dir;
}

static const char *standing_outside(void)
{
	const char *dir = with_fd(make_dir("target"));

	param_set("require_cwd_beneath", "2");
	become_served_user();
	return dir;
}

static const struct condition conditions[] = {
	{ "user namespace", in_user_namespace, "user_namespace", "allow_user_namespaces", "Y" },
	{ "group", in_no_group, "group", "allowed_group", "-1" },
	{ "seccomp", under_seccomp, "seccomp", "allow_seccomp", "Y" },
	{ "shared fs", sharing_fs, "shared_fs", "require_unshared_fs", "N" },
	{ "nested", already_chrooted, "nested", "allow_nested", "Y" },
	{ "not beneath", not_beneath, "not_beneath", "require_beneath", "N" },
	{ "open directory", with_open_directory, "open_directory", "allow_open_directories", "1" },
	{ "shared files", sharing_files, "shared_files", "allow_open_directories", "1" },
	{ "cwd outside", standing_outside, "cwd_outside", "require_cwd_beneath", "1" },
};

static void refused_then_granted(void *data)
{
	const struct condition *condition = data;
	const char *path = condition->become();

	expect_refused(path, condition->reason);
	expect_refused(path, condition->reason);
	param_set(condition->tunable, condition->value);
	expect_granted(path);
}

START_TEST(each_reason)
{
	chroot_entry = by_descriptor;
	for (int i = 0; i < COUNT(fentries); i++) {
		if (!fentry_works(&fentries[i]))
			continue;
		fentry = &fentries[i];
		note("%s; entry: %s", conditions[_i].name, fentry->name);
		check_in_child(refused_then_granted, (void *)&conditions[_i]);
		params_default();
	}
}
END_TEST

/* The veto of an LSM that is asked about the capability. */
START_TEST(mac_has_a_veto)
{
	static const char command[] = "changeprofile uchroot-confined";
	const char *dir = with_fd(make_dir("target"));
	int attribute = open("/proc/self/attr/apparmor/current", O_WRONLY);

	must(attribute >= 0);
	must(write(attribute, command, strlen(command)) == (ssize_t)strlen(command));
	must(close(attribute) == 0);
	become_served_user();
	chroot_entry = by_descriptor;
	expect_refused(dir, "mac");
}
END_TEST

/* -- not served ------------------------------------------------------------------------------ */

static void check_untouched(void *data)
{
	const char *path = data;
	static const struct {
		const char *parameter, *value;
	} strict[] = {
		{ "require_cwd_beneath", "2" }, { "allowed_group", "4242" },
		{ "allow_open_directories", "0" },
	};

	for (int i = 0; i < COUNT(strict); i++)
		param_set(strict[i].parameter, strict[i].value);
	must(open("/tmp", O_PATH) >= 0);
	with_fd(path);
	/* Root with the capability, with no_new_privs too: the kernel's own. */
	the_flags = 1;
	expect_stock(path, EINVAL);
	the_flags = 0;
	set_no_new_privs();
	expect_stock(path, 0);
	with_fd("/");
	expect_stock("/", 0);
}

START_TEST(privileged_is_never_touched)
{
	each_entry(check_untouched, (void *)make_dir("target"));
	params_default();
}
END_TEST

static void check_restricted(void *data)
{
	const char *path = data;
	int other;

	param_set("restrict_privileged", "Y");
	param_set("allow_open_directories", "0");
	with_fd(path);
	must((other = open("/tmp", O_PATH)) >= 0);
	expect_refused(path, "open_directory");
	must(close(other) == 0);
	expect_granted(path);
}

START_TEST(restrict_privileged)
{
	each_entry(check_restricted, (void *)make_dir("target"));
	params_default();
}
END_TEST

static void check_disabled(void *data)
{
	const char *path = data;

	param_set("enabled", "N");
	with_fd(path);
	become_served_user();
	expect_stock(path, EPERM);
	param_set("enabled", "Y");
	expect_granted(path);
}

START_TEST(switched_off)
{
	each_entry(check_disabled, (void *)make_dir("target"));
}
END_TEST

/* -- hooked by somebody else ----------------------------------------------------------------- */

#ifdef __x86_64__
/* The last entries that the module takes: it gives the others back. */
START_TEST(entry_taken_by_another)
{
	static const char *const parameters[] = {
		"symbol=__x64_sys_fchroot", "symbol=__ia32_sys_fchroot",
	};
	int error;

	unload();
	must(module_load("/lib/modules/second_hook.ko", parameters[_i]) == 0);
	error = module_load(MODULE_FILE, "");
	must(module_unload("second_hook") == 0);
	ck_assert_msg(error == -EBUSY, "loading gives %s, expected EBUSY",
		      strerror(-error));
	ck_assert_msg(!module_loaded(MODULE_NAME), "half loaded");
	load();
	each_entry(granted_then_nested, (void *)make_dir("target"));
}
END_TEST
#endif

Suite *fchroot_suite(void)
{
	Suite *suite = suite_create("fchroot");
	TCase *tc;

	if (sys_fchroot(-1, ~0U) == -ENOSYS) {
		tc = add_case(suite, "absent");
		tcase_add_test(tc, not_added_where_the_kernel_lacks_it);
		return suite;
	}

	tc = add_case(suite, "effect");
	tcase_add_test(tc, every_entry_is_there);
	tcase_add_test(tc, granted_by_every_entry);
	tcase_add_loop_test(tc, granted_by_every_kind_of_descriptor, 0, COUNT(open_flags));
	tcase_add_test(tc, the_object_not_the_name);
	tcase_add_test(tc, a_removed_directory);
	tcase_add_test(tc, no_reference_is_kept);

	tc = add_case(suite, "errno");
	tcase_add_loop_test(tc, errno_in_the_kernels_order, 0, COUNT(errors));
	tcase_add_loop_test(tc, negative_descriptors_are_the_kernels, 0, COUNT(fentries));

	tc = add_case(suite, "policy");
	tcase_add_test(tc, descriptor_passed_in_does_not_count);
	tcase_add_test(tc, other_descriptors_count);
	tcase_add_loop_test(tc, each_reason, 0, COUNT(conditions));
	tcase_add_test(tc, mac_has_a_veto);

	tc = add_case(suite, "callers");
	tcase_add_test(tc, privileged_is_never_touched);
	tcase_add_test(tc, restrict_privileged);
	tcase_add_test(tc, switched_off);
#ifdef __x86_64__
	tcase_add_loop_test(tc, entry_taken_by_another, 0, 2);
#endif
	return suite;
}
