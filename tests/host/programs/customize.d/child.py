# SPDX-License-Identifier: GPL-2.0
#
# The same in Python.
import os
import subprocess
import sys
import threading


def change_root():
    os.chroot(sys.argv[1])
    os.chdir("/")


def child():
    subprocess.run(["/bin/busybox", "cat", "/where"], preexec_fn=change_root, check=True)


threads = [threading.Thread(target=child) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
