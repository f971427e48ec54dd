/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every guest test needs: the module's parameters and counters, a caller
 * of a given kind, and the two assertions that matter (granted, refused for
 * this reason and no other).
 *
 * Every test case runs in a process of its own (libcheck's fork mode) and
 * starts as root with all capabilities, without no_new_privs, not chrooted,
 * its working directory at "/", the module loaded with default parameters.
 */
#ifndef UCHROOT_TEST_GUEST_H
#define UCHROOT_TEST_GUEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "callers.h"
#include "module.h"
#include "places.h"
#include "verdicts.h"

#endif
