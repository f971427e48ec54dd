/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_JSON_H
#define UCHROOT_JSON_H

#include "conditions.h"

void print_json(const struct explanation *explanation);

#endif
