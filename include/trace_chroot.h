/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM unprivileged_chroot

#if !defined(UCHROOT_TRACE_CHROOT_H) || defined(TRACE_HEADER_MULTI_READ)
#define UCHROOT_TRACE_CHROOT_H

#include <linux/tracepoint.h>

TRACE_EVENT(chroot_decision,

	TP_PROTO(bool allowed, const char *reason, unsigned int uid,
		 const char *path),

	TP_ARGS(allowed, reason, uid, path),

	TP_STRUCT__entry(
		__string(verdict, allowed ? "allowed" : "refused")
		__string(reason, reason)
		__field(unsigned int, uid)
		__string(path, path)
	),

	TP_fast_assign(
		__assign_str(verdict, allowed ? "allowed" : "refused");
		__assign_str(reason, reason);
		__entry->uid = uid;
		__assign_str(path, path);
	),

	TP_printk("verdict=%s reason=%s uid=%u path=\"%s\"",
		  __get_str(verdict), __get_str(reason), __entry->uid,
		  __get_str(path))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_chroot
#include <trace/define_trace.h>
