/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_REPORT_H
#define UCHROOT_REPORT_H

#include "policy.h"

struct kobject;
struct path;

int uchroot_report_start(struct kobject *parent);
void uchroot_report_stop(void);
void uchroot_report(enum uchroot_reason reason, const struct path *path,
		    int log);

#endif
