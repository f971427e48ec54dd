// SPDX-License-Identifier: GPL-2.0
/*
 * uchroot [-g group] [-G group,...] [-u user] [-n] newroot [command [arg ...]]
 * uchroot --explain [--json] [--as-is] newroot
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uchroot.h"

#ifndef UCHROOT_VERSION
#define UCHROOT_VERSION "unknown"
#endif

struct options {
	const char *user, *group, *groups;
	bool no_new_privs;
	bool explain, json, as_is;
};

static const char usage_text[] =
	"usage: uchroot [-g group] [-G group,...] [-u user] [-n] newroot\n"
	"               [command [arg ...]]\n"
	"       uchroot --explain [--json] [--as-is] [-n] newroot\n";

static const char help_text[] =
	"\n"
	"Runs the command, or a shell, with newroot as its root directory. Without root\n"
	"rights that takes the kernel module unprivileged_chroot.\n"
	"\n"
	"  -u user        run it as this user\n"
	"  -g group       run it with this group\n"
	"  -G group,...   run it with these supplementary groups\n"
	"  -n             set no_new_privs as root too (always set without root rights)\n"
	"  --explain      do nothing, say whether it would be granted, and why not\n"
	"  --json         say it in JSON\n"
	"  --as-is        judge a program that is started from here as it is, such as\n"
	"                 chroot(1), and not uchroot, which prepares itself\n"
	"  --help, --version\n"
	"\n"
	"Example: uchroot ~/tree /bin/sh\n"
	"\n"
	"Exit status: that of the command; 125 if uchroot fails, 126 if the command\n"
	"cannot be run, 127 if it is not found. With --explain: 0 granted, 1 refused.\n";

/* -- complaints ----------------------------------------------------------------- */

static void complain_about(const char *format, va_list arguments)
{
	const int error = errno;
	char text[4200];

	vsnprintf(text, sizeof(text), format, arguments);
	fputs("uchroot: ", stderr);
	print_safe(stderr, text);
	if (error)
		fprintf(stderr, ": %s", strerror(error));
	fputc('\n', stderr);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain_about(format, arguments);
	va_end(arguments);
}

void die(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain_about(format, arguments);
	va_end(arguments);
	exit(status);
}

void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		die(EXIT_TOOL, "out of memory");
	return memory;
}

static void __attribute__((noreturn)) usage(void)
{
	fputs(usage_text, stderr);
	fputs("Try 'uchroot --help'.\n", stderr);
	exit(EXIT_TOOL);
}

/* -- explaining ------------------------------------------------------------------- */

static int explain_to(const struct options *options, const char *newroot)
{
	static struct explanation e;

	explain(&e, newroot, options->as_is, options->no_new_privs);
	if (options->json)
		print_json(&e);
	else
		print_text(&e);
	if (fflush(stdout) || ferror(stdout))
		die(EXIT_TOOL, "cannot write");
	return e.granted ? 0 : 1;
}

static void __attribute__((noreturn))
refused(const char *newroot, const char *path)
{
	static struct explanation e;
	const int error = errno;

	explain_refusal(&e, newroot, path);
	print_refusal(&e, error);
	exit(EXIT_TOOL);
}

/* -- running -------------------------------------------------------------------------- */

static void __attribute__((noreturn)) run_command(char **command)
{
	const char *shell = getenv("SHELL");
	char *interactive[] = { (char *)(shell && *shell ? shell : "/bin/sh"),
				(char *)"-i", NULL };
	int error;

	if (!*command)
		command = interactive;
	execvp(*command, command);
	error = errno;
	/* A program that is there and whose loader is not gives the same errno. */
	if (error == ENOENT && strchr(*command, '/') &&
	    !access(*command, F_OK)) {
		errno = 0;
		die(EXIT_NOT_FOUND,
		    "%s: its interpreter or loader is missing in the new root",
		    *command);
	}
	errno = error;
	die(error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN, "%s", *command);
}

static void __attribute__((noreturn))
run(const struct options *options, const char *newroot, char **command)
{
	struct identity identity;

	/* Only what is asked for: most starts need no look into files. */
	identity_find(&identity, options->user, options->group,
		      options->groups);
	if (!prepare(options->no_new_privs))
		exit(EXIT_TOOL);
	if (chdir(newroot))
		refused(newroot, newroot);
	/* What was entered, whatever happens to the name meanwhile. */
	if (chroot("."))
		refused(newroot, ".");
	identity_take(&identity);
	run_command(command);
}

static void parse(struct options *options, int argc, char **argv)
{
	enum { EXPLAIN = 256, JSON, AS_IS, HELP, VERSION };
	static const struct option names[] = {
		{ "explain", no_argument, NULL, EXPLAIN },
		{ "json", no_argument, NULL, JSON },
		{ "as-is", no_argument, NULL, AS_IS },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	/* "+": what follows the new root belongs to the command. */
	while ((option = getopt_long(argc, argv, "+g:G:u:n", names, NULL)) !=
	       -1) {
		switch (option) {
		case 'g':
			options->group = optarg;
			break;
		case 'G':
			options->groups = optarg;
			break;
		case 'u':
			options->user = optarg;
			break;
		case 'n':
			options->no_new_privs = true;
			break;
		case EXPLAIN:
			options->explain = true;
			break;
		case JSON:
			options->json = true;
			break;
		case AS_IS:
			options->as_is = true;
			break;
		case HELP:
			fputs(usage_text, stdout);
			fputs(help_text, stdout);
			exit(0);
		case VERSION:
			puts("uchroot " UCHROOT_VERSION);
			exit(0);
		default:
			usage();
		}
	}
	if (optind == argc || !*argv[optind])
		usage();
	if ((options->json || options->as_is) && !options->explain)
		usage();
}

int main(int argc, char **argv)
{
	struct options options = { 0 };

	parse(&options, argc, argv);
	if (options.explain)
		return explain_to(&options, argv[optind]);
	run(&options, argv[optind], argv + optind + 1);
}
