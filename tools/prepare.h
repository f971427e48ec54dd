/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_PREPARE_H
#define UCHROOT_PREPARE_H

#include <stdbool.h>

/*
 * no_new_privs, a root and working directory of one's own, and no directory
 * open if the module might refuse that. Says what could not be done: false.
 */
bool prepare(bool no_new_privs);

#endif
