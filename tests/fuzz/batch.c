// SPDX-License-Identifier: GPL-2.0
/*
 * One caller's calls, each compared with what the model says.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "../guest/lib/program.h"
#include "fuzz.h"

#define NR_CHROOT_IA32	61
#define X32_BIT		0x40000000

/* -- the call --------------------------------------------------------------- */

/* Below 4 GiB, for the 32-bit entry, and with an end. */
#define MEMORY	(2 * 4096)

static char *memory(void)
{
	static char *low;

	if (!low) {
		low = mmap(NULL, MEMORY + 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		if (low == MAP_FAILED || mprotect(low + MEMORY, 4096, PROT_NONE))
			die("memory for paths");
	}
	return low;
}

static int call_ia32(uint64_t number, uint64_t path)
{
	long result;

	asm volatile("int $0x80" : "=a" (result) : "a" (number), "b" (path)
		     : "r8", "r9", "r10", "r11", "memory", "cc");
	return -(int)result;
}

static bool x32_works(void)
{
	static int works = -1;

	if (works < 0)
		works = syscall(SYS_getppid | X32_BIT) == getppid();
	return works;
}

static const char *entry;

/* 0 or the errno, by a random entry. */
static int call(const struct guess *guess)
{
	const size_t length = strlen(guess->text);
	const unsigned int way = below(10);
	char *path = memory();
	uint64_t pointer;

	if (guess->unterminated)
		path += MEMORY - length;
	else if (chance(15))
		path += MEMORY - (length + 1);
	memcpy(path, guess->text, length + !guess->unterminated);
	pointer = guess->bad ? (uint64_t)guess->pointer : (uint64_t)path;

	if (way < 3) {
		entry = "int 0x80";
		/* What is above the lower half does not count. */
		if (chance(30))
			pointer |= 0xdeadbeef00000000;
		return call_ia32(NR_CHROOT_IA32, pointer);
	}
	entry = "native";
	if (way < 5 && x32_works()) {
		entry = "x32";
		return syscall(SYS_chroot | X32_BIT, pointer) ? errno : 0;
	}
	return syscall(SYS_chroot, pointer) ? errno : 0;
}

static const char *place_text(struct place place)
{
	static char text[4][64];
	static int n;
	const char *path = world_path(place.node);

	n = (n + 1) % COUNT(text);
	snprintf(text[n], sizeof(text[n]), "%s(mount %d, node %d)",
		 path ? path : "", place.mount, place.node);
	return text[n];
}

static bool differs(const struct caller *caller, const struct guess *guess,
		    const struct verdict *verdict, int error)
{
	const struct place root = verdict->error ? caller->root : verdict->place;
	const bool look_at_cwd = !verdict->error || chance(10);

	if (error == verdict->error && world_is(root, AT_FDCWD, "/") &&
	    (!look_at_cwd || world_is(caller->cwd, AT_FDCWD, "")))
		return false;

	mismatch("%s: chroot(%s\"%.100s\"), %zu bytes%s: error %d, expected %d (%s)\n"
		 "  root: %s, expected %s\n  working directory: %s, expected %s\n"
		 "  called in %s",
		 entry, guess->bad ? "bad pointer, not " : "", guess->text,
		 strlen(guess->text), guess->unterminated ? " without an end" : "",
		 error, verdict->error,
		 verdict->counter < COUNTERS ? counter_names[verdict->counter] :
					       "no counter",
		 world_found(AT_FDCWD, "/"), place_text(root),
		 world_found(AT_FDCWD, ""), place_text(caller->cwd),
		 place_text(caller->root));
	return true;
}

/* false: nobody knows any more what is the case. */
static bool call_and_compare(struct caller *caller)
{
	static struct guess guess;
	struct verdict verdict = { .error = EFAULT, .counter = C_NOTHING };
	int error;

	guess_path(caller, &guess);
	if (!guess.bad && !guess.unterminated)
		verdict = model_verdict(caller, shared->loaded ?
					&shared->tunables : NULL, guess.text);
	error = call(&guess);
	shared->calls++;
	shared->errors[error & 255]++;
	shared->expected[verdict.counter]++;
	if (differs(caller, &guess, &verdict, error))
		return false;
	if (!error) {
		shared->moves += !same_place(caller->root, verdict.place);
		caller->root = verdict.place;
	}
	return true;
}

/* -- between the calls ------------------------------------------------------ */

static void change_descriptor(struct caller *caller)
{
	struct slot *slot = &caller->slots[below(SLOTS)];

	if (slot->fd != NONE) {
		close(slot->fd);
		slot->fd = NONE;
	} else if (chance(60)) {
		slot_open(caller, caller->root, NONE);
	} else {
		slot_open(caller, caller->root,
			  open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	}
}

/* The kernel's chdir(2) goes the way that the model says, too. */
static bool change_directory(struct caller *caller)
{
	static struct guess guess;
	struct place place;
	int error, expected;

	guess_path(caller, &guess);
	if (guess.bad || guess.unterminated)
		return true;
	expected = walk(caller, guess.text, &place);
	error = chdir(guess.text) ? errno : 0;
	if (error != expected) {
		mismatch("the model is wrong: chdir(\"%.100s\"): error %d, expected %d",
			 guess.text, error, expected);
		return false;
	}
	if (!error)
		caller->cwd = place;
	return true;
}

void batch_run(struct caller *caller)
{
	int i;

	for (i = 0; i < BATCH_CALLS; i++) {
		if (chance(8))
			change_descriptor(caller);
		if (chance(4) && !change_directory(caller))
			return;
		if (!call_and_compare(caller))
			return;
	}
}
