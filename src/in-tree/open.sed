# What scripts/in-tree changes in fs/open.c: chroot(2) and fchroot(2) ask
# may_chroot() where they asked for the capability and the security modules.
/^#include "internal.h"/a #include "unprivileged_chroot/may_chroot.h"

/^SYSCALL_DEFINE1(chroot,/,/^}/ {
	/^\terror = -EPERM;$/d
	/ns_capable(.*CAP_SYS_CHROOT/,/goto dput_and_out;/d
	s/security_path_chroot(&path)/may_chroot(\&path, -1)/
}

# The sentinel for failfs keeps its own rule.
/^SYSCALL_DEFINE2(fchroot,/,/^}/ {
	/failfs_get_root(&path);/a \		error = security_path_chroot(&path);
	/^\t\tif (!ns_capable(.*CAP_SYS_CHROOT))$/,/^$/d
	/path_get(&path);/a \		error = may_chroot(&path, fd);
	/^\terror = security_path_chroot(&path);/d
}
