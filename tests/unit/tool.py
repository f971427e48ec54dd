# SPDX-License-Identifier: GPL-2.0
"""Runs uchroot in surroundings that are made for it: limits, seccomp filters,
and a /proc, /sys and /etc of a mount namespace's own. TAP for those who test.
"""
import atexit
import ctypes
import functools
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

UID = 4711  # whoever runs this as root becomes it: root is asked for nothing
libc = ctypes.CDLL(None, use_errno=True)

# chroot, prctl, unshare, setresuid, chdir, capget
NUMBERS = {
    "x86_64": dict(chroot=161, prctl=157, unshare=272, setresuid=117, chdir=80, capget=125),
    "aarch64": dict(chroot=51, prctl=167, unshare=97, setresuid=147, chdir=49, capget=90),
}
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7fff0000


def prepare(program, **others):
    """Becomes nobody much, in a directory of its own with the tool in it, and others."""
    directory = tempfile.mkdtemp(prefix="uchroot-test.")
    os.chmod(directory, 0o755)
    for name, file in {"uchroot": program, **others}.items():
        shutil.copy(file, directory + "/" + name)
    if os.geteuid() == 0:
        os.chown(directory, UID, UID)
        os.setgroups([])
        os.setresgid(UID, UID, UID)
        os.setresuid(UID, UID, UID)
    os.chdir(directory)
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def install_filter(verdicts):
    """A seccomp filter: what happens to these calls; all others are allowed."""
    numbers = NUMBERS[os.uname().machine]
    code = [struct.pack("HBBI", 0x20, 0, 0, 0)]
    for name, verdict in verdicts.items():
        code.append(struct.pack("HBBI", 0x15, 0, 1, numbers[name]))
        code.append(struct.pack("HBBI", 0x06, 0, 0, verdict))
    code.append(struct.pack("HBBI", 0x06, 0, 0, ALLOW))
    buffer = ctypes.create_string_buffer(b"".join(code))
    program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        os._exit(99)


class Skip(Exception):
    """What the test needs is absent."""


@functools.cache
def need_namespaces():
    """As in a container, or on one of the hosts that the module is for."""
    tried = subprocess.run(["unshare", "-rm", "true"], stderr=subprocess.PIPE, check=False)
    if tried.returncode:
        raise Skip("no user namespace for this user: " + tried.stderr.decode().strip())


def run(arguments, within="", unprivileged=False, filter=None, files=None, processes=None,
        no_child=False, stdin=None, env=None, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        tool="./uchroot", **more):
    """uchroot with these arguments; "within": first a shell does this in a mount
    namespace, and a user namespace where this user is root."""
    def before():
        if filter is not None:
            install_filter(filter)
        if no_child:
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        if processes is not None:
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))

    command = [tool, *arguments]
    if files is not None:
        command = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', str(files), *command]
    if unprivileged:
        command = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all", *command]
    if within:
        need_namespaces()
        command = ["unshare", "-rm", "sh", "-ec", within + '\nexec "$@"', "sh", *command]
    # A pipe of the reader is not among the three.
    return subprocess.run(command, preexec_fn=before, stdout=stdout, stderr=stderr,
                          stdin=stdin if stdin is not None else subprocess.DEVNULL,
                          env={**os.environ, **(env or {})}, timeout=60, **more)


class Explanation(dict):
    """What --explain --json says."""
    def __init__(self, arguments, **how):
        self.ran = run(["--explain", "--json", *arguments], **how)
        text = self.ran.stdout.decode()
        try:
            super().__init__(json.loads(text))
        except ValueError as error:
            raise AssertionError(f"{error}: {self.ran}") from error
        assert (self.ran.returncode == 0) == (self["verdict"] == "granted"), self.ran
        self.conditions = {c["name"]: c for c in self["conditions"]}

    def state(self, name):
        return self.conditions[name]["state"]


# A module that is loaded, with these parameters, in a /sys that is shown.
def module(lsm="apparmor", **parameters):
    values = dict(allow_user_namespaces="Y", enabled="Y", allow_open_directories="1",
                  require_no_new_privs="Y")
    values.update(parameters)
    lines = ["mount -t tmpfs tmpfs /sys", "p=/sys/module/unprivileged_chroot/parameters",
             "mkdir -p $p /sys/kernel/security", f"echo {lsm} >/sys/kernel/security/lsm"]
    lines += [f"echo {value} >$p/{name}" for name, value in values.items()]
    return "\n".join(lines)


def main(title, tests):
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", "-")
        try:
            test()
            print(f"ok {number} - {title}:{name}: Passed", flush=True)
        except Skip as reason:
            print(f"# SKIP {reason}\nok {number} - {title}:{name}: Passed", flush=True)
        except Exception as error:  # a test that dies has failed
            failed += 1
            print(f"not ok {number} - {title}:{name}")
            print("\n".join("# " + line for line in
                            f"{type(error).__name__}: {error}".splitlines()), flush=True)
    print(f"1..{len(tests)}")
    sys.exit(failed > 0)
