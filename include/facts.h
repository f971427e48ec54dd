/* SPDX-License-Identifier: GPL-2.0 */
#ifndef UCHROOT_FACTS_H
#define UCHROOT_FACTS_H

#include "policy.h"

struct path;

bool uchroot_current_privileged(void);
void uchroot_facts_gather(struct uchroot_facts *facts, const struct path *path,
			  const struct uchroot_tunables *tunables);

#endif
