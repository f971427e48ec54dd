/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_HOOK_H
#define UCHROOT_HOOK_H

int uchroot_hook_install(void);
void uchroot_hook_remove(void);

#endif
