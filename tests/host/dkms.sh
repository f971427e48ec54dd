# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2164 # what starts it sets -e, and what is used
#
# The body of scripts/check-dkms, which says what it does.

need qemu-system-x86 dpkg-dev busybox-static cpio
begin=$(now)
image=$("$top/tests/host/image" dkms)
firmware=$("$top/tests/host/firmware")
dir=$build/vm/host
rm -rf "$dir"
mkdir -p "$dir/payload"
. "$top/tests/host/machine.sh"

version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$top/dkms.conf")
newer=$version+upgrade
password=enrol

# fake_headers NAME RELEASE OPTION...: a package as those of kernel headers are,
# for DKMS to look at: it must not get as far as building.
fake_headers() {
	fake=$dir/$1
	mkdir -p "$fake/DEBIAN" "$fake/lib/modules/$2/build/include"
	printf '%s\n' "Package: linux-headers-$2" 'Version: 1' 'Architecture: all' \
		'Maintainer: nobody <nobody@example.org>' \
		'Description: a kernel that cannot be supported' >"$fake/DEBIAN/control"
	printf '%s\n' '#!/bin/sh' \
		"run-parts --report --exit-on-error --arg=$2 /etc/kernel/header_postinst.d" \
		>"$fake/DEBIAN/postinst"
	chmod 755 "$fake/DEBIAN/postinst"
	echo 'all:; false' >"$fake/lib/modules/$2/build/Makefile"
	fake_release=$2 fake_name=$1
	shift 2
	printf '%s=y\n' "$@" >"$fake/lib/modules/$fake_release/build/.config"
	dpkg-deb --root-owner-group -Znone -b "$fake" "$dir/payload/$fake_name.deb" >/dev/null
	rm -r "$fake"
}

make_payload() {
	package=unprivileged-chroot-dkms
	cp "$("$top/scripts/deb")" "$dir/payload/$package.deb"
	cp "$("$top/scripts/deb" "$newer")" "$dir/payload/$package-new.deb"
	options='CONFIG_DYNAMIC_FTRACE CONFIG_FUNCTION_TRACER CONFIG_KPROBES'
	options="$options CONFIG_DYNAMIC_FTRACE_WITH_REGS CONFIG_DYNAMIC_FTRACE_WITH_ARGS"
	# shellcheck disable=SC2086 # a list of words
	fake_headers no-option 6.1.0-999-fake $options
	# shellcheck disable=SC2086
	fake_headers too-old 5.4.0-1-fake $options CONFIG_SECURITY_PATH
	cp "$image/first" "$image/second" "$dir/payload/"
	echo "$version $newer" >"$dir/payload/versions"
	echo "$password" >"$dir/payload/mok-password"
	cp "$top"/tests/host/dkms/* "$top/tests/host/lib.sh" "$dir/payload/"
	tar -c -C "$dir/payload" -f "$dir/payload.tar" .
}

# In a mount namespace of its own: nothing stays mounted. DKMS asks uname which
# kernel runs, and is told the one that the machine has booted.
# shellcheck disable=SC2016 # the inner shell expands these
in_chroot='
	root=$1 release=$4 step=$5
	mount -o loop "$2" "$root"
	# Not left to the end of the namespace: that is not waited for, and the
	# machine must find all on its disk.
	trap "umount -R \"$root\"" EXIT
	mount -t proc proc "$root/proc"
	mount -t sysfs sysfs "$root/sys"
	mount --bind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/run"
	mkdir "$root/run/host"
	mount --bind "$3" "$root/run/host"
	cp "$root/usr/bin/uname" "$3/uname.real"
	printf "%s\n" "#!/bin/sh" "[ \"\$*\" != -r ] || exec echo $release" \
		"exec /run/host/uname.real \"\$@\"" >"$3/uname"
	chmod 755 "$3/uname"
	mount --bind "$3/uname" "$root/usr/bin/uname"
	chroot "$root" /run/host/step "$step"
'

# step NAME KERNEL: on the disk, while the machine is off
step() {
	mkdir -p "$dir/root"
	: >"$dir/payload/results"
	quiet "host-$1" "$1, as if $(cat "$image/$2") were running" \
		as_root unshare -m sh -euc "$in_chroot" sh "$dir/root" "$dir/root.ext4" \
		"$dir/payload" "$(cat "$image/$2")" "$1" || return
	cp "$dir/payload/results" "$dir/$1.results"
	ended "$1" 1
}

# -- Secure Boot: shim, GRUB and MokManager, whose only keyboard is ttyS0 -------

make_esp() {
	cp -r "$firmware/esp" "$dir/esp"
	cp "$image/vmlinuz-second" "$dir/esp/vmlinuz"
	cp "$dir/initrd-second" "$dir/esp/initrd"
	printf '%s\n' 'search --no-floppy --file --set=root /vmlinuz' \
		'linux /vmlinuz console=ttyS0 panic=-1 quiet' 'initrd /initrd' boot \
		>"$dir/esp/EFI/debian/grub.cfg"
	cp "$firmware/OVMF_VARS.fd" "$dir/vars.fd"
	mkfifo "$dir/keys.in" "$dir/keys.out"
}

boot_secure() {
	say "booting the second kernel under Secure Boot, twice, for at most $1 s"
	make_esp
	# The log that QEMU keeps is enough, but the pipe must be emptied.
	cat "$dir/keys.out" >/dev/null &
	keys_pid=$!
	start secure "$1" -M q35,smm=on \
		-global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$firmware/OVMF_CODE.fd" \
		-drive "if=pflash,unit=1,format=raw,file=$dir/vars.fd" \
		-drive "file=fat:$dir/esp,format=raw,if=none,id=esp,readonly=on" \
		-device virtio-blk-pci,drive=esp,bootindex=0,addr=0x10 \
		-chardev "pipe,id=keys,path=$dir/keys,logfile=$dir/secure.console" \
		-serial chardev:keys
	# For reading too, so that this cannot hang when QEMU did not start.
	exec 3<>"$dir/keys.in"
	"$top/tests/host/dkms/mokmanager" "$dir/secure.console" "$password" "$qemu_pid" >&3 &
	keys_pid="$keys_pid $!"
	finish secure 2
	exec 3>&-
}

make_payload
make_initrd first
make_initrd second
cp --sparse=always "$image/root.ext4" "$dir/root.ext4"
# One that did not come to its end leaves the next nothing to stand on.
{
	step install first && boot first 300 && step newkernel first &&
		boot second 300 && step upgrade second && boot_secure 600 &&
		step purge second
} || :
count 8
conclude
