// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring by its system calls (ring.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape.h"
#include "ring.h"

static unsigned int load(const char *area, unsigned int offset)
{
	return __atomic_load_n((const unsigned int *)(area + offset), __ATOMIC_ACQUIRE);
}

static void store(char *area, unsigned int offset, unsigned int value)
{
	__atomic_store_n((unsigned int *)(area + offset), value, __ATOMIC_RELEASE);
}

static void *map(const struct ring *ring, size_t size, off_t offset)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			  ring->fd, offset);

	must(area != MAP_FAILED);
	return area;
}

void ring_open(struct ring *ring, unsigned int flags)
{
	struct io_uring_params *params = &ring->params;
	/* Of either kind one: or a second might be made, with the new root. */
	unsigned int workers[2] = { 1, 1 };

	memset(ring, 0, sizeof(*ring));
	ring->polled = flags & IORING_SETUP_SQPOLL;
	params->flags = flags;
	/* Its thread shall not sleep while the attempt goes on. */
	params->sq_thread_idle = 5000;
	ring->fd = syscall(SYS_io_uring_setup, 4, params);
	if (ring->fd < 0)
		unavailable("io_uring_setup: %s", strerror(errno));
	/* Linux 5.15 and later. */
	syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_IOWQ_MAX_WORKERS, workers, 2);
	ring->sq = map(ring, params->sq_off.array + params->sq_entries * sizeof(unsigned int),
		       IORING_OFF_SQ_RING);
	ring->cq = map(ring, params->cq_off.cqes +
			     params->cq_entries * sizeof(struct io_uring_cqe),
		       IORING_OFF_CQ_RING);
	ring->sqes = map(ring, params->sq_entries * sizeof(struct io_uring_sqe),
			 IORING_OFF_SQES);
}

int ring_do(struct ring *ring, const struct io_uring_sqe *request)
{
	const struct io_sqring_offsets *sq = &ring->params.sq_off;
	const struct io_cqring_offsets *cq = &ring->params.cq_off;
	const unsigned int tail = load(ring->sq, sq->tail);
	const unsigned int slot = tail & load(ring->sq, sq->ring_mask);
	const unsigned int head = load(ring->cq, cq->head);
	unsigned int flags = IORING_ENTER_GETEVENTS;
	const struct io_uring_cqe *cqes;
	int result;

	ring->sqes[slot] = *request;
	store(ring->sq, sq->array + slot * sizeof(slot), slot);
	store(ring->sq, sq->tail, tail + 1);
	if (ring->polled)
		flags |= IORING_ENTER_SQ_WAKEUP;
	must(syscall(SYS_io_uring_enter, ring->fd, 1, 1, flags, NULL, 0) >= 0);

	must(load(ring->cq, cq->tail) != head);
	cqes = (const struct io_uring_cqe *)(ring->cq + cq->cqes);
	result = cqes[head & load(ring->cq, cq->ring_mask)].res;
	store(ring->cq, cq->head, head + 1);
	return result;
}

int ring_open_root(struct ring *ring, unsigned int flags)
{
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_OPENAT,
		.flags = flags,
		.fd = AT_FDCWD,
		.addr = (unsigned long)"/",
		.open_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
	};

	return ring_do(ring, &request);
}

void ring_register(struct ring *ring, int fd)
{
	must(syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES, &fd, 1) == 0);
}

bool ring_knows(int opcode)
{
	struct io_uring_probe *probe = calloc(1, sizeof(*probe) +
					      256 * sizeof(struct io_uring_probe_op));
	struct io_uring_params params = { 0 };
	const int fd = syscall(SYS_io_uring_setup, 1, &params);
	bool knows = fd >= 0 && probe &&
		!syscall(SYS_io_uring_register, fd, IORING_REGISTER_PROBE, probe, 256) &&
		opcode <= probe->last_op &&
		probe->ops[opcode].flags & IO_URING_OP_SUPPORTED;

	if (fd >= 0)
		close(fd);
	free(probe);
	return knows;
}
