/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_OPEN_DIRS_H
#define UCHROOT_OPEN_DIRS_H

#include <linux/types.h>

struct files_struct;

bool uchroot_has_open_directory(struct files_struct *files, int except);

#endif
