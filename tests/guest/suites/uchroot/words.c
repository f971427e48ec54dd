// SPDX-License-Identifier: GPL-2.0
/*
 * What the tool says of a call that is refused, in one line, and with --explain.
 */
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "tool.h"
#include "uchroot.h"

#define TOMOYO_INIT	"/sbin/tomoyo-init"

START_TEST(refusals_are_explained)
{
	const char *root = new_root();

	uchroot_open();
	unlink(TOMOYO_INIT);
	param_set("allowed_group", "2000");
	become_user();
	RUN(125, "Operation not permitted (group: not in group 2000 (chrooters)): as root, adduser",
	    root, PROGRAM);
	param_set("allowed_group", "-1");
	param_set("enabled", "N");
	RUN(125, "Operation not permitted (module: switched off): as root, enabled=Y",
	    root, PROGRAM);
	RUN(1, "refused by the kernel's own rule: module", "--explain", root);
	param_set("enabled", "Y");
	RUN(0, "granted by the module", "--explain", root);
	RUN(1, "kernel's own rule: no_new_privs", "--explain", "--as-is", root);
	set_no_new_privs();
	add_seccomp_filter();
	RUN(125, "Operation not permitted (seccomp: under a filter): start it without",
	    root, PROGRAM);
	RUN(1, "  seccomp          FAILED  under a filter\n", "--explain", root);
}
END_TEST

/* TOMOYO has one, and may be against it. */
START_TEST(a_policy_that_cannot_be_read)
{
	const char *root = new_root();

	uchroot_open();
	unlink(TOMOYO_INIT);
	make_file(TOMOYO_INIT, 0755);
	become_user();
	if (access("/sys/kernel/security/tomoyo", F_OK))
		RUN(0, "granted by the module", "--explain", root);
	else
		RUN(1, "unknown whether it would be granted\nit depends on: mac\n",
		    "--explain", root);
}
END_TEST

START_TEST(a_chrooted_caller_is_told)
{
	const char *root = new_root();

	must(!mkdir(path_in(root, "proc"), 0755));
	must(!mkdir(path_in(root, "sys"), 0755));
	unshare_mounts();
	must(!mount("/proc", path_in(root, "proc"), NULL, MS_BIND | MS_REC, NULL));
	must(!mount("/sys", path_in(root, "sys"), NULL, MS_BIND | MS_REC, NULL));
	uchroot_open();
	enter_jail(root);
	become_user();
	RUN(125, "Operation not permitted (nested: already chrooted", "/", PROGRAM);
}
END_TEST

START_TEST(a_locked_module_gives_other_advice)
{
	const char *root = new_root();

	uchroot_open();
	param_set("enabled", "N");
	param_set("locked", "Y");
	become_user();
	RUN(125, "enabled=Y when the module is loaded (it is locked now)", root, PROGRAM);
}
END_TEST

START_TEST(a_module_that_is_absent_is_missed)
{
	const char *root = new_root();

	uchroot_open();
	must(!module_unload(MODULE_NAME));
	become_user();
	RUN(125, "Operation not permitted (module: unprivileged_chroot is not loaded): as root, modprobe",
	    root, PROGRAM);
	RUN(1, "\"loaded\": \"no\"", "--explain", "--json", root);
}
END_TEST

void add_word_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "words");

	tcase_add_test(tc, refusals_are_explained);
	tcase_add_test(tc, a_policy_that_cannot_be_read);
	tcase_add_test(tc, a_chrooted_caller_is_told);
	tcase_add_test(tc, a_locked_module_gives_other_advice);
	tcase_add_test(tc, a_module_that_is_absent_is_missed);
}
