// SPDX-License-Identifier: GPL-2.0
/* 6.0: an ops that redirects and a direct caller may meet. */
#include <linux/ftrace.h>

struct ftrace_ops probe;
struct ftrace_ops probe = { .ops_func = NULL };
