/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where and as whom a program can be started that wants another root.
 */
#ifndef UCHROOT_TEST_SITUATIONS_H
#define UCHROOT_TEST_SITUATIONS_H

#define SPECIAL_SIZE	128

struct standing {
	const char *name;
	/*
	 * Puts this process there, root of an untouched guest before. Every root
	 * has /sub, /file and /closed, which is root's. A path that only this
	 * situation has goes to special, or it stays empty.
	 */
	void (*stand)(char *special);
	/* For the programs that are started: CLONE_FS, or 0. */
	unsigned long clone_flags;
	/* The conditions that cannot be known from there, or NULL. */
	const char *unknown;
};

extern const struct standing standings[];
extern const int standing_count;

/* "/" as every root is; takes back what an earlier situation has left. */
void furnish_here(void);
/* In situations_places.c: */
void stand_jailed_blind(char *special);
void stand_jailed(char *special);
void stand_jailed_root_directory_open(char *special);
void stand_jailed_directory_open(char *special);
void stand_jailed_in_bind_mount(char *special);
void stand_jailed_below_process_1(char *special);
void stand_jailed_in_file_system(char *special);
void stand_jailed_above(char *special);
void stand_jailed_then_mounted_over(char *special);
void stand_below_an_overmount(char *special);
void stand_in_mount_namespace(char *special);
void stand_switched(char *special);
void stand_pivoted(char *special);
void stand_switched_without_user_namespaces(char *special);
void stand_bind_mount_without_user_namespaces(char *special);
void stand_beside_a_namespace(char *special);
void stand_with_detached_mount(char *special);
void stand_beneath_mounts(char *special);
void stand_over_the_target(char *special);

/* Takes back what situations change for everybody. */
void situations_end(void);

#endif
