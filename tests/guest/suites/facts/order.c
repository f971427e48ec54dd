// SPDX-License-Identifier: GPL-2.0
/*
 * The order of the reasons, and the working directory.
 */
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts.h"
#include "guest.h"

/* -- order ------------------------------------------------------------------------------ */

static pid_t peer;

static void close_directory(void)
{
	must(close(worst_directory) == 0);
}

static void end_peer(void)
{
	stop_peer(peer);
}

/*
 * The spec's table from the top: the reason while all of the rest refuse too,
 * and what takes this one away.
 */
static const struct step {
	const char *reason;
	const char *tunable, *value;
	void (*relax)(void);
} steps[] = {
	{ "user_namespace", "allow_user_namespaces", "Y", NULL },
	{ "group", "allowed_group", "-1", NULL },
	{ "seccomp", "allow_seccomp", "Y", NULL },
	{ "shared_fs", "require_unshared_fs", "N", NULL },
	{ "nested", "allow_nested", "Y", NULL },
	{ "not_beneath", "require_beneath", "N", NULL },
	{ "untrusted_root", "require_trusted_root", "N", NULL },
	{ "open_directory", NULL, NULL, close_directory },
	{ "shared_files", NULL, NULL, end_peer },
	{ "cwd_outside", "require_cwd_beneath", "0", NULL },
};

static const char *become_worst(void)
{
	const char *outer = make_dir("outer"), *jail = make_dir("jail");

	must(!chmod(make_dir_in(outer, "sub"), 0775));
	param_set("require_trusted_root", "Y");
	peer = become_refused_by_all(jail, outer);
	return "sub";
}

static void relax(const struct step *step)
{
	if (step->tunable)
		param_set(step->tunable, step->value);
	else
		step->relax();
}

/* Each one is judged before all that come after it. */
START_TEST(first_of_many_is_the_reason)
{
	const char *path = become_worst();

	for (int i = 0; i < COUNT(steps); i++) {
		note("step %d", i);
		expect_refused(path, steps[i].reason);
		relax(&steps[i]);
	}
	expect_granted(path);
}
END_TEST

/* Each one refuses alone, too, whatever is relaxed around it. */
START_TEST(each_alone_is_a_reason)
{
	const char *path = become_worst();

	for (int i = 0; i < COUNT(steps); i++)
		if (i != _i)
			relax(&steps[i]);
	/* The peer is one for both: without it the fs_struct is not shared. */
	if (!strcmp(steps[_i].reason, "shared_fs"))
		peer = start_peer(CLONE_FS);
	expect_refused(path, steps[_i].reason);
	relax(&steps[_i]);
	expect_granted(path);
}
END_TEST

/* -- the working directory ---------------------------------------------------------------- */

/*
 * jail/{new/{in,mnt},newer,out}, the new root is jail/new. The mount is a
 * tmpfs, "gone" a mount that was detached.
 */
static const struct {
	const char *cwd;
	bool beneath;
} cwds[] = {
	{ "new", true },
	{ "new/in", true },
	{ "new/mnt/dir", true },
	{ ".", false },
	{ "..", false },
	{ "out", false },
	{ "newer", false },
	{ "gone", false },
};

static const char *const cwd_values[] = { "0", "1", "2" };

static void check_cwd(void *data)
{
	const int *index = data;
	const char *cwd = cwds[index[0]].cwd, *value = cwd_values[index[1]];
	bool chrooted = index[2];
	const char *jail = make_dir("jail"), *root = make_dir_in(jail, "new");
	bool required = *value == '2' || (*value == '1' && chrooted);
	const char *gone;

	note("cwd %s, require_cwd_beneath=%s, chrooted: %d", cwd, value, chrooted);
	make_dir_in(root, "in");
	mount_tmpfs(make_dir_in(root, "mnt"));
	make_dir_in(path_in(root, "mnt"), "dir");
	make_dir_in(jail, "newer");
	make_dir_in(jail, "out");
	gone = make_dir_in(jail, "gone");
	mount_tmpfs(gone);

	param_set("allow_nested", "Y");
	param_set("require_cwd_beneath", value);
	must(chdir(path_in(jail, cwd)) == 0);
	must(umount2(gone, MNT_DETACH) == 0);
	if (chrooted)
		must(chroot(jail) == 0);
	become_served_user();
	expect_verdict(chrooted ? "/new" : root,
		       required && !cwds[index[0]].beneath ? "cwd_outside" : NULL);
}

START_TEST(cwd_beneath_the_new_root)
{
	for (int value = 0; value < COUNT(cwd_values); value++) {
		for (int chrooted = 0; chrooted < 2; chrooted++) {
			int index[] = { _i, value, chrooted };

			check_in_child(check_cwd, index);
		}
	}
}
END_TEST

void add_order_cases(Suite *suite)
{
	TCase *tc;

	tc = add_case(suite, "order");
	tcase_add_test(tc, first_of_many_is_the_reason);
	tcase_add_loop_test(tc, each_alone_is_a_reason, 0, COUNT(steps));

	tc = add_case(suite, "cwd");
	tcase_add_loop_test(tc, cwd_beneath_the_new_root, 0, COUNT(cwds));
}
