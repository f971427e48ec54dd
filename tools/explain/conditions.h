/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_CONDITIONS_H
#define UCHROOT_CONDITIONS_H

#include "caller.h"
#include "descriptors.h"
#include "seccomp.h"
#include "target.h"
#include "words.h"

/* What must hold besides the policy; numbered behind its reasons. */
enum {
	CONDITION_PATH = UCHROOT_REASONS,
	CONDITION_MODULE,
	CONDITIONS
};

struct explanation {
	const char *newroot;	/* as the user wrote it */
	bool as_is;
	struct module module;
	struct seccomp seccomp;
	struct caller caller;
	struct target target;
	struct directories directories;
	struct condition conditions[CONDITIONS];
	/* The verdict: */
	enum answer granted;
	enum answer by_module;	/* or by the kernel's own chroot */
	bool certain;		/* nothing unknown could change it */
	int reason;		/* index of a condition, or UCHROOT_ALLOWED */
	int error;		/* 0: none, or nobody knows which */
};

/* What was found, for each condition. */
void conditions_fill(struct explanation *explanation);
const char *condition_name(int condition);
/* From CONDITION_PATH on in the order of judgement, to UCHROOT_ALLOWED. */
int condition_after(int condition);

#endif
