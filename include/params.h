/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_PARAMS_H
#define UCHROOT_PARAMS_H

#include <linux/types.h>

#include "policy.h"

/* Written by params.c alone, one WRITE_ONCE() per change. */
extern struct uchroot_tunables uchroot_params;

/*
 * What the parameters make of uchroot_policy_conditions(), found out when one is
 * written: by privileged, the conditions of a caller who is not chrooted, and
 * in the upper half those of one who is. One word, so that no decision sees half
 * of a change.
 */
extern u32 uchroot_params_conditions[2];

#define UCHROOT_CHROOTED_SHIFT	16

void uchroot_params_loaded(void);

#endif
