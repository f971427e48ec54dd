/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where and as whom a program can be started that wants another root.
 */
#ifndef UCHROOT_TEST_SITUATIONS_H
#define UCHROOT_TEST_SITUATIONS_H

struct standing {
	const char *name;
	/*
	 * Puts this process there, root of an untouched guest before, whose root
	 * furnish_here() has furnished; NULL: it is there. Every root has /sub,
	 * /file and /closed, which is root's.
	 */
	void (*stand)(void);
	/* For the programs that are started: CLONE_FS, or 0. */
	unsigned long clone_flags;
	/* The conditions that cannot be known from there, or NULL. */
	const char *unknown;
};

extern const struct standing standings[];
extern const int standing_count;

/* A path that only this situation has, or empty. */
#define SPECIAL_SIZE	128
extern char special[SPECIAL_SIZE];

/* "/" as every root is; takes back what an earlier situation has left. */
void furnish_here(void);
/* In situations_places.c: */
void stand_jailed_blind(void);
void stand_jailed(void);
void stand_jailed_root_directory_open(void);
void stand_jailed_directory_open(void);
void stand_jailed_in_bind_mount(void);
void stand_jailed_below_process_1(void);
void stand_jailed_in_file_system(void);
void stand_jailed_above(void);
void stand_jailed_then_mounted_over(void);
void stand_below_an_overmount(void);
void stand_in_mount_namespace(void);
void stand_switched(void);
void stand_pivoted(void);
void stand_switched_without_user_namespaces(void);
void stand_bind_mount_without_user_namespaces(void);
void stand_beside_a_namespace(void);
void stand_with_detached_mount(void);
void stand_beneath_mounts(void);
void stand_over_the_target(void);

/* Takes back what situations change for everybody. */
void situations_end(void);

#endif
