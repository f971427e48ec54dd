# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The machine of a kernel that checks itself: without five levels of page tables. While
# the kernel finds out what the processor has, it forgets for a moment that there are
# five, and KASAN takes the memory of an interrupt that comes then for no memory at all:
# https://lkml.iu.edu/hypermail/linux/kernel/2606.1/11911.html ("kasan: Fix
# false-positive wild-memory-access on x86 under 5-level paging"). Sourced.

export UCHROOT_QEMU='-cpu max,-erms,-fsrm,-la57'
