// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring: its threads keep the root that they had when their maker parts
 * from them by unshare(CLONE_FS), and its table of files is no descriptor table.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "ring.h"

/* Linux 6.8; older headers do not have it. */
#define OP_FIXED_FD_INSTALL	54

static struct ring ring;

static void use_stale_thread(unsigned int flags)
{
	const int fd = ring_open_root(&ring, flags);

	ck_assert_msg(fd >= 0, "openat by io_uring: %s", strerror(-fd));
	look(fd);
}

/* Makes sure that the thread is there, then leaves it with what they shared. */
static void part_from_thread(unsigned int flags, int shared)
{
	const int fd = ring_open_root(&ring, flags);

	if (fd == -EINVAL)
		unavailable("no openat by io_uring");
	ck_assert_msg(fd >= 0, "openat by io_uring: %s", strerror(-fd));
	close(fd);
	must(unshare(shared) == 0);
}

/* -- a ring of the jail ---------------------------------------------------------------- */

static void stale_poller(void)
{
	ring_open(&ring, IORING_SETUP_SQPOLL);
	part_from_thread(0, CLONE_FS);
	chroot_to_d();
	use_stale_thread(0);
}

static void stale_worker(void)
{
	ring_open(&ring, 0);
	part_from_thread(IOSQE_ASYNC, CLONE_FS);
	chroot_to_d();
	use_stale_thread(IOSQE_ASYNC);
}

/*
 * The thread keeps the old descriptors too, and so does not make this one's
 * shared. What it opens it has to send.
 */
static int pass_by_ring(int fd, unsigned int flags)
{
	struct fd_message message;
	const struct io_uring_sqe request = {
		.opcode = IORING_OP_SENDMSG,
		.flags = flags,
		.fd = pair[0],
		.addr = (unsigned long)fd_message(&message, fd),
		.len = 1,
	};
	const int sent = ring_do(&ring, &request);

	ck_assert_msg(sent == 1, "sendmsg by io_uring: %s", strerror(-sent));
	return receive_fd(pair[1]);
}

static void begin_lone_thread(unsigned int setup, unsigned int flags)
{
	make_pair();
	ring_open(&ring, setup);
	/* So that there is a worker for each of both kinds of request. */
	close(pass_by_ring(pair[0], flags));
	part_from_thread(flags, CLONE_FS | CLONE_FILES);
}

static void lone_worker(void)
{
	begin_lone_thread(0, IOSQE_ASYNC);
	chroot_to_d();
	look(pass_by_ring(ring_open_root(&ring, IOSQE_ASYNC), IOSQE_ASYNC));
}

void begin_lone_poller(void)
{
	begin_lone_thread(IORING_SETUP_SQPOLL, 0);
}

int root_of_lone_poller(void)
{
	return pass_by_ring(ring_open_root(&ring, 0), 0);
}

static void lone_poller(void)
{
	begin_lone_poller();
	chroot_to_d();
	look(root_of_lone_poller());
}

/* A directory that only the ring knows. */
static void fixed_file(void)
{
	const struct io_uring_sqe install = {
		.opcode = OP_FIXED_FD_INSTALL,
		.flags = IOSQE_FIXED_FILE,
		.fd = 0,
	};
	const int fd = open_directory("/");
	int installed;

	ring_open(&ring, 0);
	ring_register(&ring, fd);
	close(fd);
	chroot_to_d();
	installed = ring_do(&ring, &install);
	ck_assert_msg(installed >= 0, "FIXED_FD_INSTALL: %s", strerror(-installed));
	look(installed);
}

static const char *no_fixed_fd_install(void)
{
	return ring_knows(OP_FIXED_FD_INSTALL) ? NULL : "no FIXED_FD_INSTALL in this kernel";
}

/* -- a ring that is older than the jail --------------------------------------------------- */

static void poller_before_jail(void)
{
	ring_open(&ring, IORING_SETUP_SQPOLL);
	part_from_thread(0, CLONE_FS);
}

static void use_old_poller(void)
{
	use_stale_thread(0);
}

static void worker_before_jail(void)
{
	ring_open(&ring, 0);
	part_from_thread(IOSQE_ASYNC, CLONE_FS);
}

static void use_old_worker(void)
{
	use_stale_thread(IOSQE_ASYNC);
}

const struct technique uring_techniques[] = {
	{ "io_uring: SQPOLL thread with the old root", .attack = stale_poller,
	  .control = CAP(SYS_CHROOT), .nested = OUT_AT_2 },
	{ "io_uring: io-wq worker with the old root", .attack = stale_worker,
	  .control = CAP(SYS_CHROOT), .nested = OUT_AT_2 },
	{ "io_uring: SQPOLL thread with the old root and descriptors", .attack = lone_poller,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "io_uring: io-wq worker with the old root and descriptors", .attack = lone_worker,
	  .control = CAP(SYS_CHROOT), .nested = OUT },
	{ "io_uring: directory as a fixed file", .attack = fixed_file,
	  .control = CAP(SYS_CHROOT), .nested = OUT, .lacking = no_fixed_fd_install },
	{ "io_uring: SQPOLL thread older than the jail", .prepare = poller_before_jail,
	  .attack = use_old_poller, .nested = OUT },
	{ "io_uring: io-wq worker older than the jail", .prepare = worker_before_jail,
	  .attack = use_old_worker, .nested = OUT },
	{ 0 }
};
