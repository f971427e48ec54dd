/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_PRINT_H
#define UCHROOT_PRINT_H

#include "conditions.h"

void print_text(const struct explanation *explanation);
/* One line about a call that failed with this errno, 0 if it was not made. */
void print_refusal(const struct explanation *explanation, int error);

#endif
