/* SPDX-License-Identifier: GPL-2.0 */
/*
 * io_uring by its system calls: one request at a time.
 */
#ifndef UCHROOT_TEST_RING_H
#define UCHROOT_TEST_RING_H

#include <linux/io_uring.h>

struct ring {
	int fd;
	bool polled;
	struct io_uring_params params;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
};

/* flags: 0 or IORING_SETUP_SQPOLL. */
void ring_open(struct ring *ring, unsigned int flags);
/* Does this request and waits: its result. */
int ring_do(struct ring *ring, const struct io_uring_sqe *request);
/* openat(AT_FDCWD, "/") for the ring's thread, with these IOSQE_ flags. */
int ring_open_root(struct ring *ring, unsigned int flags);
/* Puts a directory into the ring's own table of files. */
void ring_register(struct ring *ring, int fd);
/* Does the kernel know this kind of request? */
bool ring_knows(int opcode);

/* A polling thread with the root and the descriptors that this process had. */
void begin_lone_poller(void);			/* uring.c */
/* A descriptor of that root. */
int root_of_lone_poller(void);

#endif
