// SPDX-License-Identifier: GPL-2.0
/*
 * Errors that only a file system can make, from one that answers as it is
 * told: they come through as they are, and ESTALE is tried once more, as in
 * the kernel's own call.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chroot.h"
#include "fuse.h"
#include "guest.h"

/* What it says when asked whether the caller may go there, at each attempt. */
static const struct script {
	int answers[2];
	int error;
	int attempts;
} scripts[] = {
	{ { 0 }, 0, 1 },
	{ { EIO }, EIO, 1 },
	{ { ENOMEM }, ENOMEM, 1 },
	{ { EACCES }, EACCES, 1 },
	{ { ESTALE, 0 }, 0, 2 },
	{ { ESTALE, EIO }, EIO, 2 },
	{ { ESTALE, ESTALE }, ESTALE, 2 },
};

struct server {
	const struct script *script;
	int attempts;
};

static void answer(int fuse, const struct fuse_in_header *request, void *data)
{
	static const struct fuse_attr_out root = {
		.attr_valid = 3600,
		.attr = { .ino = 1, .mode = S_IFDIR | 0755, .nlink = 2 },
	};
	struct server *server = data;
	int attempt;

	switch (request->opcode) {
	case FUSE_GETATTR:
		fuse_reply(fuse, request, 0, &root, sizeof(root));
		break;
	case FUSE_ACCESS:
		/* Unscripted attempts are counted, and allowed. */
		attempt = server->attempts++;
		fuse_reply(fuse, request,
			   attempt < 2 ? server->script->answers[attempt] : 0,
			   "", 0);
		break;
	default:
		fuse_reply(fuse, request, ENOSYS, "", 0);
	}
}

static const char *mount_scripted(struct server *server)
{
	const char *dir = make_dir("fuse");
	const int fuse = fuse_mount("scripted", dir, true);
	const pid_t pid = fork();

	must(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		fuse_serve(fuse, answer, server);
	}
	close(fuse);
	return dir;
}

START_TEST(errors_of_a_file_system)
{
	const struct script *script = &scripts[_i];
	const bool privileged[] = { true, false };
	struct server *server = mmap(NULL, sizeof(*server), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *path;

	must(server != MAP_FAILED);
	server->script = script;
	path = mount_scripted(server);
	for (int i = 0; i < COUNT(privileged); i++) {
		note("%d, then %d; %s", script->answers[0], script->answers[1],
		     privileged[i] ? "the kernel's own call" : "served");
		server->attempts = 0;
		if (!privileged[i])
			become_served_user();
		if (privileged[i] || script->error)
			expect_stock(path, script->error);
		else
			expect_granted(path);
		ck_assert_msg(server->attempts == script->attempts,
			      "expected %d attempts, got %d [row %d, call %d]",
			      script->attempts, server->attempts, _i, i);
		/* Back to where the next one can see the path. */
		if (privileged[i] && !script->error)
			must(chroot(".") == 0);
	}
}
END_TEST

void add_fuse_cases(Suite *suite)
{
	TCase *tc = add_case(suite, "fuse");

	tcase_add_loop_test(tc, errors_of_a_file_system, 0, COUNT(scripts));
}
