// SPDX-License-Identifier: GPL-2.0
/*
 * What every FUSE file system of the tests has to say (fuse.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "fuse.h"
#include "guest.h"

int fuse_mount(const char *name, const char *dir, bool for_all)
{
	const int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];

	must(fuse >= 0);
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0%s", fuse,
		 for_all ? ",allow_other" : "");
	must(!mount(name, dir, "fuse", MS_NOSUID | MS_NODEV, options));
	return fuse;
}

void fuse_reply(int fuse, const struct fuse_in_header *request, int error,
		const void *data, size_t size)
{
	struct {
		struct fuse_out_header header;
		char data[128];
	} out = {
		.header.len = sizeof(out.header) + size,
		.header.error = -error,
		.header.unique = request->unique,
	};

	if (size > sizeof(out.data))
		_exit(1);
	memcpy(out.data, data, size);
	/* ENOENT: whoever asked does not wait any more. */
	if (write(fuse, &out, out.header.len) < 0 && errno != ENOENT)
		_exit(1);
}

void fuse_serve(int fuse,
		void (*answer)(int fuse, const struct fuse_in_header *request,
			       void *data),
		void *data)
{
	static const struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_write = 4096,
	};
	static char buffer[1 << 16];
	const struct fuse_in_header *request = (const void *)buffer;

	while (read(fuse, buffer, sizeof(buffer)) > 0)
		switch (request->opcode) {
		case FUSE_INIT:
			fuse_reply(fuse, request, 0, &init, sizeof(init));
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break;
		default:
			answer(fuse, request, data);
		}
	_exit(0);
}
