# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A shell for the user of scripts/shell, on the kernel's console. Sourced by init.

exec </dev/console >/dev/console 2>&1
insmod /lib/modules/unprivileged_chroot.ko
size=$(word size)
rows=${size%x*} columns=${size#*x}
[ -z "$size" ] || stty rows "$rows" cols "$columns"

cat <<'END'

You are alice, an ordinary user. The module is loaded. Things to try:

  uchroot /srv/newroot /bin/sh                         a shell in a new root
  setpriv --no-new-privs chroot /srv/newroot /bin/sh   the same without uchroot
  chroot /srv/newroot /bin/sh                          refused: no no_new_privs
  uchroot --explain --as-is /srv/newroot               why that was refused
  uchroot --explain /srv/newroot                       would uchroot be refused?
  grep '' /sys/module/unprivileged_chroot/stats/*      what happened so far
  grep '' /sys/module/unprivileged_chroot/parameters/*
  setpriv --no-new-privs uchroot-try thread /srv/newroot
                  refused; also: seccomp, shared-descriptors, other-mounts
  su              root, without a password: change parameters, read dmesg, rmmod

To leave: exit (in this shell), or Ctrl-A and then X at any time.

END
cd /home/alice || exit
# By their paths: busybox prefers its own programs to others of the same name.
HOME=/home/alice USER=alice TERM=vt100 PS1='\u:\w\$ ' setsid cttyhack \
	/usr/bin/setpriv --reuid=1000 --regid=1000 --clear-groups bash --norc
