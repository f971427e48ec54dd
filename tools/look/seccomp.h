/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_SECCOMP_H
#define UCHROOT_SECCOMP_H

#include "process.h"

struct seccomp {
	int mode;			/* 0: no filter; -1 unknown */
	enum answer stops_chroot;
	int error;			/* what chroot(2) says to a bad address */
	bool kills;			/* whoever calls chroot(2) */
};

/*
 * With identity, the calls that change that are tried as well. Ends the program
 * with a word where the filter kills for a call that it cannot do without.
 */
void seccomp_look(struct seccomp *seccomp, bool identity);

#endif
