// SPDX-License-Identifier: GPL-2.0
/*
 * uchroot [-g group] [-G group,...] [-u user] [-n] newroot [command [arg ...]]
 * uchroot --explain [--json] [--as-is] newroot
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain.h"
#include "identity.h"
#include "json.h"
#include "messages.h"
#include "mounts.h"
#include "prepare.h"
#include "print.h"

#ifndef UCHROOT_VERSION
#define UCHROOT_VERSION "unknown"
#endif

/* The long options that are no letters: FLAG is one that is set and no more. */
enum { FLAG = 256, USERSPEC, HELP, VERSION };

struct options {
	const char *user, *group, *groups;
	bool no_new_privs;
	int skip_chdir, explain, json, as_is;
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
	"  --userspec=USER:GROUP, --groups=LIST, --skip-chdir\n"
	"                 as chroot of coreutils has them\n"
	"  --explain      do nothing, say whether it would be granted, and why not\n"
	"  --json         say it in JSON\n"
	"  --as-is        judge a program that is started from here as it is, such as\n"
	"                 chroot(1), and not uchroot, which prepares itself\n"
	"  --help, --version\n"
	"\n"
	"Example: uchroot ~/tree /bin/sh\n"
	"\n"
	"Exit status: that of the command; 125 if uchroot fails, 126 if the command\n"
	"cannot be run, 127 if it is not found. With --explain: 0 granted, 1 not.\n";

static void __attribute__((noreturn)) usage(void)
{
	fputs(usage_text, stderr);
	fputs("Try 'uchroot --help'.\n", stderr);
	exit(EXIT_TOOL);
}

#define misused(...) (complain(0, __VA_ARGS__), usage())

/* What nobody could read was not said. */
static void end_output(void)
{
	if (fflush(stdout) || ferror(stdout))
		die(errno, "cannot write");
}

/* -- explaining ------------------------------------------------------------------- */

static int explain_to(const struct options *options, const char *newroot)
{
	static struct explanation e;
	struct identity identity;

	explain(&e, newroot, options->as_is, options->no_new_privs);
	/* Whoever cannot become that user gets no further. */
	identity_find(&identity, options->user, options->group,
		      options->groups);
	if (options->json)
		print_json(&e);
	else
		print_text(&e);
	end_output();
	return e.granted == YES ? 0 : 1;
}

static void __attribute__((noreturn))
refused(const char *newroot, const char *path, int error)
{
	static struct explanation e;

	explain_refusal(&e, newroot, path);
	print_refusal(&e, error);
	exit(EXIT_TOOL);
}

/* -- running -------------------------------------------------------------------------- */

/* Where there is a filter it is asked before it answers, perhaps with a kill. */
static void mind_the_filter(const char *newroot, bool identity)
{
	struct seccomp seccomp;

	if (!prctl(PR_GET_SECCOMP))
		return;
	seccomp_look(&seccomp, identity);
	/* Or it says that it was done, and it was not. */
	if (seccomp.stops_chroot == YES && !seccomp.error)
		refused(newroot, newroot, 0);
}

/* Most trees that users make have none: what is thrown away there stays. */
static void miss_devices(const char *newroot)
{
	struct stat st;

	if (stat("/dev/null", &st) || !S_ISCHR(st.st_mode))
		complain(0,
			 "%s has no device /dev/null, which many programs need",
			 newroot);
}

static void __attribute__((noreturn)) run_command(char **command)
{
	const char *shell = getenv("SHELL"), *from = "";
	char *interactive[] = { (char *)"/bin/sh", (char *)"-i", NULL };
	int error;

	if (!*command) {
		command = interactive;
		if (shell && *shell) {
			command[0] = (char *)shell;
			from = " (the shell that SHELL names; a command may be given)";
		}
	}
	execvp(*command, command);
	error = errno;
	/* A program that is there and whose loader is not gives the same errno. */
	if (error == ENOENT && strchr(*command, '/') && !access(*command, F_OK))
		complain(0, "%s: its interpreter or loader is missing in the new root%s",
			 *command, from);
	else
		complain(error, "%s%s", *command, from);
	exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN);
}

/* coreutils has it for this case alone: elsewhere it is a way out. */
static void enter_current_root(const char *newroot)
{
	struct place root, new;

	if (!place_find(newroot, &new) || !place_find("/", &root))
		die(errno, "%s", newroot);
	if (!place_same(&root, &new))
		misused("--skip-chdir is only for the current root, which %s is not",
			newroot);
	if (chroot("/"))
		refused(newroot, "/", errno);
}

static void __attribute__((noreturn))
run(const struct options *options, const char *newroot, char **command)
{
	struct identity identity;

	mind_the_filter(newroot,
			options->user || options->group || options->groups);
	/* Only what is asked for: most starts need no look into files. */
	identity_find(&identity, options->user, options->group,
		      options->groups);
	if (!prepare(options->no_new_privs))
		exit(EXIT_TOOL);
	if (options->skip_chdir) {
		enter_current_root(newroot);
	} else {
		if (chdir(newroot))
			refused(newroot, newroot, errno);
		/* What was entered, whatever happens to the name meanwhile. */
		if (chroot("."))
			refused(newroot, ".", errno);
	}
	miss_devices(newroot);
	identity_take(&identity);
	run_command(command);
}

/* -- options -------------------------------------------------------------------------- */

/* USER:GROUP, either of which may be missing. */
static void parse_userspec(struct options *options, char *both)
{
	char *group = strchr(both, ':');

	if (group)
		*group++ = '\0';
	if (*both)
		options->user = both;
	if (group && *group)
		options->group = group;
}

/* getopt's own words have control characters, where the options have any. */
static void __attribute__((noreturn)) bad_option(int result, char **argv)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	const bool is_letter = optopt > 0 && optopt < FLAG;

	misused(result == ':' ? "%s needs a value" : "%s cannot be understood",
		is_letter ? letter : argv[optind - 1]);
}

static void parse(struct options *options, int argc, char **argv)
{
	const struct option names[] = {
		{ "explain", no_argument, &options->explain, FLAG },
		{ "json", no_argument, &options->json, FLAG },
		{ "as-is", no_argument, &options->as_is, FLAG },
		{ "userspec", required_argument, NULL, USERSPEC },
		{ "groups", required_argument, NULL, 'G' },
		{ "skip-chdir", no_argument, &options->skip_chdir, FLAG },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION },
		{ NULL, 0, NULL, 0 }
	};
	int option;

	/* "+": what follows the new root belongs to the command. */
	while ((option = getopt_long(argc, argv, "+:g:G:u:n", names, NULL)) !=
	       -1) {
		switch (option) {
		case 0: /* a flag */
			break;
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
		case USERSPEC:
			parse_userspec(options, optarg);
			break;
		case HELP:
			fputs(usage_text, stdout);
			fputs(help_text, stdout);
			end_output();
			exit(0);
		case VERSION:
			puts("uchroot " UCHROOT_VERSION);
			end_output();
			exit(0);
		default:
			bad_option(option, argv);
		}
	}
	if (optind >= argc)
		misused("no new root is named");
	if ((options->json || options->as_is) && !options->explain)
		misused("--json and --as-is say how to --explain");
	if (options->explain && (options->skip_chdir || argv[optind + 1]))
		misused("--explain takes a new root, and neither --skip-chdir nor a command");
}

int main(int argc, char **argv)
{
	struct options options = { 0 };

	parse(&options, argc, argv);
	if (options.explain)
		return explain_to(&options, argv[optind]);
	run(&options, argv[optind], argv + optind + 1);
}
