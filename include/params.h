/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_PARAMS_H
#define UCHROOT_PARAMS_H

#include "policy.h"

/* Written by params.c alone, one WRITE_ONCE() per change. */
extern struct uchroot_tunables uchroot_params;

void uchroot_params_snapshot(struct uchroot_tunables *snapshot);
void uchroot_params_loaded(void);

#endif
