// SPDX-License-Identifier: GPL-2.0
/*
 * In a worker: a root, a working directory, descriptors and capabilities for
 * one batch.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

static struct __user_cap_header_struct header = {
	.version = _LINUX_CAPABILITY_VERSION_3,
};
static struct __user_cap_data_struct all[2];

/* Once confined, capget(2) would leave out what AppArmor denies. */
void caller_remember_caps(void)
{
	if (syscall(SYS_capget, &header, all))
		die("capget");
}

static void set_caps(const struct caller *caller)
{
	static const uint64_t sets[] = {
		[CAPS_NONE] = 0,
		[CAPS_CHROOT] = 1ULL << CAP_SYS_CHROOT,
		[CAPS_ALL_BUT_CHROOT] = ~(1ULL << CAP_SYS_CHROOT),
		[CAPS_ALL] = ~0ULL,
	};
	struct __user_cap_data_struct data[2];
	const uint64_t set = sets[caller->caps];
	int i;

	for (i = 0; i < 2; i++) {
		data[i].effective = all[i].permitted & set >> (32 * i);
		data[i].permitted = caller->alone && caller->caps != CAPS_ALL ?
				    data[i].effective : all[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data))
		die("capset");
}

/* New descriptors for what is in flight, at the lowest free numbers. */
static void look_at_held(int socket, int fds[HELD])
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * HELD)];
	} control;
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};

	if (recvmsg(socket, &message, MSG_PEEK) != 1 ||
	    control.header.cmsg_len != CMSG_LEN(sizeof(int) * HELD))
		die("descriptors in flight");
	memcpy(fds, CMSG_DATA(&control.header), sizeof(int) * HELD);
}

/* -- descriptors ------------------------------------------------------------ */

/* At the edges of words, of tables and of what a search may take at a time. */
static const int numbers[] = {
	40, 41, 42, 43, 63, 64, 65, 127, 128, 255, 256, 257, 511, 512, 1023,
	1024, 1025, 2047, 2048, 4095, 4096, 8191, 20000,
};

static int open_other(void)
{
	int pair[2];

	switch (below(5)) {
	case 0:
		return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	case 1:
		return memfd_create("file", MFD_CLOEXEC);
	case 2:
		return eventfd(0, EFD_CLOEXEC);
	case 3:
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
			return NONE;
		close(pair[1]);
		return pair[0];
	default:
		if (pipe(pair))
			return NONE;
		close(pair[1]);
		return pair[0];
	}
}

/* directory: a descriptor of the place, which is moved, or NONE: no directory. */
bool slot_open(struct caller *caller, struct place place, int directory)
{
	const struct place other = { MOUNT(SET_MAIN, M_ROOT), N_OTHER };
	const int fd = directory == NONE ? open_other() : directory;
	const int number = numbers[below(COUNT(numbers))];
	struct slot *slot, *free_slot = NULL;

	if (fd < 0)
		die("a descriptor");
	for (slot = caller->slots; slot < caller->slots + SLOTS; slot++) {
		if (slot->fd == number)
			break;
		if (slot->fd == NONE)
			free_slot = slot;
	}
	if (slot < caller->slots + SLOTS || !free_slot) {
		close(fd);
		return false;
	}
	if (dup3(fd, number, O_CLOEXEC) != number)
		die("dup3 to %d", number);
	close(fd);
	free_slot->fd = number;
	free_slot->directory = directory != NONE;
	free_slot->place = directory == NONE ? other : place;
	return true;
}

void caller_close(struct caller *caller)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (caller->slots[i].fd != NONE) {
			close(caller->slots[i].fd);
			caller->slots[i].fd = NONE;
		}
}

/* -- places ----------------------------------------------------------------- */

static const char *const places[] = {
	"/", "/fz", "/fz/za", "/fz/za/zb", "/fz/za/zb/zc", "/fz/zjail",
	"/fz/zjail/zetc", "/fz/zjail/zalias", "/fz/zjail/zalias/zb",
	"/fz/zjail/zm", "/fz/zbind", "/fz/zbind/zc", "/fz/zm", "/fz/zm/zx",
	"/proc", "/fz/zjail/proc", "/fz/zpriv", "/fz/zpriv/zin", "/fz/za/zpriv",
};

/*
 * A descriptor of some directory that this caller may go to, seen from where
 * its root is now.
 */
static int open_place(const struct caller *caller, const int fds[HELD],
		      int flags, struct place *place)
{
	const char *path = places[below(COUNT(places))];
	const int which = below(HELD);
	int fd;

	if (chance(30) || walk(caller, path, place)) {
		*place = held_places[which];
		return fcntl(fds[which], F_DUPFD_CLOEXEC, 0);
	}
	fd = open(path, flags | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("open %s", path);
	return fd;
}

static void go(int fd)
{
	if (fchdir(fd))
		die("fchdir");
}

static void go_home(struct caller *caller, const int fds[HELD])
{
	/* The confined cannot move, and stay where they were put. */
	if (caller->kind & W_CONFINED) {
		const int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

		go(fd);
		close(fd);
	} else {
		go(fds[HELD_HOME]);
		if (chroot("."))
			die("chroot home");
		caller->root = model_home(caller);
	}
	caller->cwd = caller->root;
}

static void open_some(struct caller *caller, const int fds[HELD])
{
	const int directories = chance(55) ? 0 : 1 + below(3);
	int i, n = below(4), fd;
	struct place place;

	while (n--)
		slot_open(caller, caller->root, NONE);
	for (i = 0; i < directories; i++) {
		fd = open_place(caller, fds, chance(50) ? O_PATH : O_RDONLY, &place);
		slot_open(caller, place, fd);
	}
}

void caller_place(struct caller *caller, int held)
{
	const bool far = chance(45), away = chance(60);
	struct place place;
	int fds[HELD], root, cwd, i;

	caller->caps = CAPS_ALL;
	set_caps(caller);
	caller_close(caller);
	look_at_held(held, fds);
	go_home(caller, fds);
	open_some(caller, fds);

	root = open_place(caller, fds, O_PATH, &place);
	cwd = open_place(caller, fds, O_PATH, &caller->cwd);
	if (far && !(caller->kind & W_CONFINED)) {
		go(root);
		if (chroot("."))
			die("chroot to a place");
		caller->root = place;
		/* Half of them with the directory that they are in. */
		if (!away)
			caller->cwd = place;
	} else if (!away) {
		caller->cwd = caller->root;
	}
	if (away) {
		go(cwd);
	} else {
		close(cwd);
		cwd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		go(cwd);
	}
	close(root);
	close(cwd);
	for (i = 0; i < HELD; i++)
		close(fds[i]);

	caller->caps = chance(70) ? CAPS_NONE : (int)below(CAPS_ALL + 1);
	set_caps(caller);
}
