// SPDX-License-Identifier: GPL-2.0
/*
 * Reading what the module tells (observe.h).
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "module.h"
#include "observe.h"

/* -- files ------------------------------------------------------------------ */

const char *file_read(const char *path)
{
	static char text[1 << 20];
	size_t length = 0;
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "open(%s): %m", path);
	do {
		got = read(fd, text + length, sizeof(text) - 1 - length);
		ck_assert_msg(got >= 0, "read(%s): %m", path);
		length += got;
	} while (got && length < sizeof(text) - 1);
	close(fd);
	text[length] = '\0';
	return text;
}

/* -- lines ------------------------------------------------------------------ */

static bool ends_word(char c)
{
	return c == '\0' || isspace((unsigned char)c) || c == ',' || c == '"';
}

bool has_field(const char *line, const char *name, const char *value)
{
	const size_t name_length = strlen(name), length = strlen(value);
	const char *at = line;

	for (; (at = strstr(at, name)); at++) {
		const char *v = at + name_length;

		if ((at > line && at[-1] != ' ') || *v++ != '=')
			continue;
		if (*v == '"')
			v++;
		/* The first field of this name counts: forgers come later. */
		return !strncmp(v, value, length) && ends_word(v[length]);
	}
	return false;
}

bool has_number(const char *line, const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	return has_field(line, name, text);
}

void expect_printable(const char *line)
{
	const unsigned char *c;

	for (c = (const unsigned char *)line; *c; c++)
		ck_assert_msg(*c >= 0xa0 || (*c >= ' ' && *c < 0x7f),
			      "byte %#x is not escaped: %s", *c, line);
}

void expect_unforged(const char *line, bool backslash_escapes)
{
	const char *c, *name = strstr(line, " comm=");

	expect_printable(line);
	ck_assert_msg(name, "no command name: %s", line);
	name += strlen(" comm=");
	if (*name == '"') {
		for (c = name + 1; *c && *c != '"'; c++)
			if (backslash_escapes && *c == '\\' && c[1])
				c++;
		ck_assert_msg(*c == '"' && ends_word(c[1]),
			      "the command name ends its own quotes: %s", line);
	} else {
		for (c = name; isxdigit((unsigned char)*c); c++)
			;
		ck_assert_msg(c > name && ends_word(*c),
			      "the command name is neither quoted nor hexadecimal: %s",
			      line);
	}
}

/* -- the kernel log --------------------------------------------------------- */

int kmsg_open(void)
{
	const int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	ck_assert_msg(kmsg >= 0 && lseek(kmsg, 0, SEEK_END) >= 0,
		      "/dev/kmsg: %m");
	return kmsg;
}

/* "prefix;text\n more\n" with \xNN for bytes that are not printable. */
static void decode(char *record)
{
	const char *in = strchr(record, ';');
	char *out = record;
	unsigned int byte;

	/* sscanf() looks for the end of the text first, each time. */
	for (in = in ? in + 1 : record; *in && *in != '\n'; out++)
		if (*in == '\\' && sscanf(in, "\\x%2x", &byte) == 1) {
			*out = (char)byte;
			in += 4;
		} else {
			*out = *in++;
		}
	*out = '\0';
}

const char *kmsg_next(int kmsg, const char *text)
{
	static char record[8192];
	ssize_t length;

	for (;;) {
		length = read(kmsg, record, sizeof(record) - 1);
		if (length < 0 && errno == EPIPE)
			continue;
		if (length < 0) {
			ck_assert_msg(errno == EAGAIN, "/dev/kmsg: %m");
			return NULL;
		}
		record[length] = '\0';
		decode(record);
		if (strstr(record, text))
			return record;
	}
}

/* -- the trace event -------------------------------------------------------- */

static void trace_set(const char *path, const char *value)
{
	const int error = file_write(path, value);

	ck_assert_msg(!error, "cannot write %s: %s", path, strerror(-error));
}

bool tracing_open(void)
{
	const int fd = open("/sys/kernel/tracing/trace", O_RDONLY);

	must(fd >= 0 ? !close(fd) : errno == ENOENT);
	return fd >= 0;
}

bool need_tracing(void)
{
	const bool is_open = tracing_open();

	if (!is_open)
		skip("tracefs is empty in this kernel (lockdown)");
	return is_open;
}

void trace_start(void)
{
	/* Opening it so empties the buffer. */
	must(!close(open("/sys/kernel/tracing/trace", O_WRONLY | O_TRUNC)));
	trace_set(TRACE_EVENT "/enable", "1");
}

void trace_stop(void)
{
	trace_set(TRACE_EVENT "/enable", "0");
}

const char *trace_line(int n)
{
	static char line[1 << 16];
	const char *text = file_read("/sys/kernel/tracing/trace");
	size_t length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (!length || *text == '#' || n--)
			continue;
		ck_assert_msg(length < sizeof(line), "a trace line of %zu bytes",
			      length);
		memcpy(line, text, length);
		line[length] = '\0';
		return line;
	}
	return NULL;
}

/* -- audit ------------------------------------------------------------------ */

static int netlink_audit(unsigned int groups)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK, .nl_groups = groups,
	};
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			      NETLINK_AUDIT);

	ck_assert_msg(fd >= 0 && !bind(fd, (const struct sockaddr *)&address,
				       sizeof(address)), "audit socket: %m");
	return fd;
}

/* Sends a request to the kernel and waits for its answer. */
static void audit_request(int type, const void *data, size_t length)
{
	struct {
		struct nlmsghdr header;
		char data[2048];
	} request = {
		.header = {
			.nlmsg_len = NLMSG_LENGTH(length),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char more[2048];
	} answer;
	const int fd = netlink_audit(0);

	must(length <= sizeof(request.data));
	memcpy(request.data, data, length);
	ck_assert_msg(send(fd, &request, request.header.nlmsg_len, 0) ==
		      (ssize_t)request.header.nlmsg_len, "audit request %d: %m", type);
	ck_assert_msg(recv(fd, &answer, sizeof(answer), 0) > 0 &&
		      answer.header.nlmsg_type == NLMSG_ERROR &&
		      !answer.error.error, "audit request %d: %s", type,
		      strerror(-answer.error.error));
	close(fd);
}

void audit_enable(bool on)
{
	const struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED, .enabled = on,
	};

	audit_request(AUDIT_SET, &status, sizeof(status));
}

void audit_backlog(unsigned int limit)
{
	const struct audit_status status = {
		.mask = AUDIT_STATUS_BACKLOG_LIMIT, .backlog_limit = limit,
	};

	audit_request(AUDIT_SET, &status, sizeof(status));
}

void audit_watch(int syscall, bool on)
{
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
	};

	rule.mask[AUDIT_WORD(syscall)] = AUDIT_BIT(syscall);
	audit_request(on ? AUDIT_ADD_RULE : AUDIT_DEL_RULE, &rule, sizeof(rule));
}

int audit_open(void)
{
	return netlink_audit(1 << (AUDIT_NLGRP_READLOG - 1));
}

void audit_room(int audit)
{
	const int bytes = 32 << 20;

	must(!setsockopt(audit, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)));
}

const char *audit_next(int audit, int type)
{
	static struct {
		struct nlmsghdr header;
		char text[9000];	/* MAX_AUDIT_MESSAGE_LENGTH is 8970 */
	} record;
	static int fences;
	struct pollfd ready = { .fd = audit, .events = POLLIN };
	char fence[40] = "";
	ssize_t length;

	/*
	 * A kernel thread passes records on, in their order, after a while. One
	 * of our own, of the kind that is made with auditing off too, says that
	 * nothing made before it is on its way.
	 */
	do {
		if (!*fence && !poll(&ready, 1, 0)) {
			snprintf(fence, sizeof(fence), "fence %d of %d.",
				 ++fences, getpid());
			audit_request(AUDIT_USER_AVC, fence, strlen(fence) + 1);
		}
		length = recv(audit, &record, sizeof(record) - 1, 0);
		ck_assert_msg(length >= (ssize_t)sizeof(record.header),
			      "audit record: %m");
		((char *)&record)[length] = '\0';
		if (record.header.nlmsg_type == type)
			return record.text;
	} while (!*fence || !strstr(record.text, fence));
	return NULL;
}
