// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that sleep until they are let go (stalls.h).
 *
 * Three processes: the test; the caller, which is the one that chroots; and a
 * helper, which serves the file system or the page fault and answers when it
 * is told to. The helper is the caller's child, as it needs what the caller
 * has set up.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuse.h"
#include "guest.h"
#include "stalls.h"

/* The helper's ends of the pipes of struct stall. */
struct helper {
	int parked, end;
};

/* Says that the call sleeps, and returns how it shall end. */
static char wait_for_end(const struct helper *helper)
{
	char end = 0;

	if (write(helper->parked, "", 1) != 1 ||
	    read(helper->end, &end, 1) != 1 || end == STALL_HELPER_DIES)
		_exit(0);
	return end;
}

static bool start_helper(void)
{
	const pid_t pid = fork();

	must(pid >= 0);
	if (pid)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return true;
}

/* -- FUSE ------------------------------------------------------------------- */

/* The first lookup is answered when the test says so. */
static void answer(int fuse, const struct fuse_in_header *request, void *data)
{
	static const struct fuse_entry_out directory = {
		.nodeid = 2,
		.attr = { .ino = 2, .mode = S_IFDIR | 0755, .nlink = 2 },
	};
	const struct helper *helper = data;

	if (request->opcode != FUSE_LOOKUP)
		/* FUSE_ACCESS among them: then it is allowed. */
		fuse_reply(fuse, request, ENOSYS, "", 0);
	else if (wait_for_end(helper) == STALL_DIRECTORY)
		fuse_reply(fuse, request, 0, &directory, sizeof(directory));
	else
		fuse_reply(fuse, request, ENOENT, "", 0);
}

/* A user who is root of a user namespace, as with any FUSE mount of his. */
static void become_root_of_namespaces(void)
{
	become_user();
	must(!unshare(CLONE_NEWUSER | CLONE_NEWNS));
	become_namespace_root();
}

static const char *mount_fuse(const char *dir, const struct helper *helper)
{
	const int fuse = fuse_mount("stall", dir, true);

	if (start_helper())
		fuse_serve(fuse, answer, (void *)helper);
	/* When the helper dies, the file system shall die with it. */
	close(fuse);
	return path_in(dir, "name");
}

static const char *fuse_of_user(const char *dir, const struct helper *helper)
{
	const char *path;

	must(!chmod("/dev/fuse", 0666));
	become_root_of_namespaces();
	path = mount_fuse(dir, helper);
	drop_capabilities();
	return path;
}

static const char *fuse_of_root(const char *dir, const struct helper *helper)
{
	const char *path;

	unshare_mounts();
	path = mount_fuse(dir, helper);
	become_user();
	return path;
}

/* -- userfaultfd ------------------------------------------------------------ */

static void serve_fault(int uffd, unsigned long page, const struct helper *helper)
{
	static char text[4096] __attribute__((aligned(4096)));
	struct uffdio_copy copy = {
		.dst = page, .src = (unsigned long)text, .len = sizeof(text),
	};
	struct uffd_msg event;

	if (read(uffd, &event, sizeof(event)) != sizeof(event))
		_exit(1);
	strcpy(text, wait_for_end(helper) == STALL_DIRECTORY ? "/tmp" :
							       "/none");
	ioctl(uffd, UFFDIO_COPY, &copy);
	_exit(0);
}

/* A path that nobody can read before the helper fills its page. */
static const char *page_fault(const char *dir, const struct helper *helper)
{
	const int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page;

	(void)dir;
	must(uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api));
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(page != MAP_FAILED);
	area.range.start = (unsigned long)page;
	area.range.len = 4096;
	must(!ioctl(uffd, UFFDIO_REGISTER, &area));
	if (start_helper())
		serve_fault(uffd, (unsigned long)page, helper);
	close(uffd);
	become_user();
	return page;
}

/* -- the call --------------------------------------------------------------- */

static const char *(*const prepare[STALL_KINDS])(const char *dir,
						 const struct helper *helper) = {
	[STALL_FUSE_USER] = fuse_of_user,
	[STALL_FUSE_ROOT] = fuse_of_root,
	[STALL_USERFAULTFD] = page_fault,
};

static int call_that_sleeps(enum stall_kind kind, const char *dir, bool served,
			    const char *further, const struct helper *helper)
{
	const char *path = prepare[kind](dir, helper);

	if (further)
		path = path_in(path, further);
	if (served)
		set_no_new_privs();
	close_all();
	return -sys_chroot(path);
}

void stall_begin_further(struct stall *stall, enum stall_kind kind, bool served,
			 const char *further)
{
	const char *dir = make_dir("stall");
	int parked[2], end[2];
	char byte;

	must(!pipe(parked) && !pipe(end));
	stall->caller = fork();
	must(stall->caller >= 0);
	if (!stall->caller) {
		const struct helper helper = {
			.parked = parked[1], .end = end[0],
		};

		close(parked[0]);
		close(end[1]);
		_exit(call_that_sleeps(kind, dir, served, further, &helper));
	}
	close(parked[1]);
	close(end[0]);
	stall->parked = parked[0];
	stall->end = end[1];
	must(read(stall->parked, &byte, 1) == 1);
	/* The helper knows of the call before it sleeps for good. */
	usleep(20000);
}

void stall_begin(struct stall *stall, enum stall_kind kind, bool served)
{
	stall_begin_further(stall, kind, served, NULL);
}

int stall_finish(struct stall *stall, enum stall_end end)
{
	const char how = end;
	int status;

	must(write(stall->end, &how, 1) == 1);
	must(waitpid(stall->caller, &status, 0) == stall->caller);
	close(stall->end);
	close(stall->parked);
	ck_assert_msg(WIFEXITED(status), "the caller ended with status %#x",
		      status);
	return -WEXITSTATUS(status);
}

void stall_kill(struct stall *stall)
{
	int status;

	must(!kill(stall->caller, SIGKILL));
	/*
	 * A call that waits for FUSE's answer cannot be killed. Without the
	 * other end of the pipe the helper dies, and the file system with it.
	 */
	usleep(20000);
	close(stall->end);
	must(waitpid(stall->caller, &status, 0) == stall->caller);
	close(stall->parked);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
		      "the caller ended with status %#x", status);
}
