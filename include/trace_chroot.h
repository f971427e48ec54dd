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
	    /* As arrays, since __assign_str() lost an argument in 6.10. */
	    TP_STRUCT__entry(__dynamic_array(char, verdict, sizeof("allowed"))
			     __dynamic_array(char, reason, strlen(reason) + 1)
			     __field(unsigned int, uid)
			     __dynamic_array(char, path, strlen(path) + 1)),
	    TP_fast_assign(memcpy(__get_str(verdict),
				  allowed ? "allowed" : "refused",
				  sizeof("allowed"));
			   memcpy(__get_str(reason), reason,
				  strlen(reason) + 1);
			   __entry->uid = uid;
			   memcpy(__get_str(path), path, strlen(path) + 1);),
	    /*
	     * No quotation marks: they would end the format for perf and
	     * trace-cmd, which read it in tracefs, and know no %c. The path
	     * ends with the line.
	     */
	    TP_printk("verdict=%s reason=%s uid=%u path=%s",
		      __get_str(verdict), __get_str(reason), __entry->uid,
		      __get_str(path))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_chroot
#include <trace/define_trace.h>
