/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_MAC_H
#define UCHROOT_MAC_H

#include <linux/types.h>

struct path;

int uchroot_mac_veto(const struct path *path, bool privileged);

#endif
