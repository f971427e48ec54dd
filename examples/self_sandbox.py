#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A program that locks itself up before it touches data from strangers: it
counts the lines of its standard input in an empty root.

    mkdir empty && ./self_sandbox.py empty </etc/services

The order matters. Take confine() as it is.
"""
import ctypes
import errno
import os
import stat
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
CLOSE_RANGE = 436  # the same on every architecture, as are these
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_ACCESS_FS_ALL = (1 << 13) - 1  # those of the first version

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    """Call a function of libc; raise OSError when it returns -1."""
    result = function(*arguments)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def close_descriptors():
    """Close all but 0, 1 and 2, whatever the limit is now: it may have been
    lowered since they were opened, so os.closerange() up to it is not enough.
    """
    call(libc.syscall, CLOSE_RANGE, 3, ctypes.c_uint(~0), 0)
    for fd in range(3):
        try:
            mode = os.fstat(fd).st_mode
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            continue
        if stat.S_ISDIR(mode):
            sys.exit(f"descriptor {fd} is a directory: it would lead out of the new root")


def forbid_files():
    """No file at all may be opened any more: all rights, and no exceptions."""
    rules = struct.pack("=Q", LANDLOCK_ACCESS_FS_ALL)
    try:
        ruleset = call(libc.syscall, LANDLOCK_CREATE_RULESET, rules,
                       ctypes.c_size_t(len(rules)), 0)
    except OSError as error:
        # A kernel without Landlock: the chroot must do.
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            return
        raise
    call(libc.syscall, LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def confine(newroot):
    # 1. Import all that is needed: modules cannot be found afterwards. Start
    #    no thread before: threads share one root, and the call is refused.
    import encodings.idna  # noqa: F401, for example

    # 2. Nothing that is executed from now on gains a privilege.
    call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

    # 3. An open directory leads out of the root.
    close_descriptors()

    # 4. In this order: the working directory leads out as well.
    os.chroot(newroot)
    os.chdir("/")

    # 5. What chroot does not hold: Landlock, or a seccomp filter.
    forbid_files()


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: self_sandbox.py newroot")
    confine(sys.argv[1])

    # Whatever goes wrong from here on goes wrong in an empty root.
    print("confined", flush=True)
    print(sum(1 for _ in sys.stdin.buffer), "lines")


main()
