# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # who sources it sets what is used
#
# A whole Debian in a virtual machine: its initrd, its boots, its results, and what is
# done on its disk while it is off.
# Sourced after common.sh, when $image is what tests/host/image printed, and $dir
# is where the machine has root.ext4, its disk, and payload.tar, its second drive.

: "${image:?}" "${dir:?}"

# make_initrd KERNEL
make_initrd() {
	tree=$dir/initrd
	mkdir -p "$tree/bin"
	cp /bin/busybox "$tree/bin/"
	cp -r "$image/modules-$1" "$tree/modules"
	install -m 755 "$top/tests/host/initrd-init" "$tree/init"
	(cd "$tree" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) \
		>"$dir/initrd-$1"
	rm -r "$tree"
}

qemu_pid='' keys_pid=''
# shellcheck disable=SC2317,SC2329 # a trap calls it
stop() {
	for pid in $qemu_pid $keys_pid; do
		kill "$pid" 2>/dev/null || :
	done
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# Did all that was planned get to its end?
ended() {
	count=$(grep -ac '^host: .* done' "$dir/$1.results" || :)
	completed=$((completed + count))
	[ "$count" -eq "$2" ]
}
completed=0

# start NAME SECONDS OPTION...: the vCPU is one: several are not safe under TCG
# with a kernel that patches its text, as ftrace does.
start() {
	name=$1 seconds=$2
	shift 2
	: >"$dir/$name.results"
	(exec timeout -k 5 "$seconds" qemu-system-x86_64 -nodefaults -no-user-config \
		-display none -accel tcg -cpu max -smp 1 -m 2048 \
		-drive "file=$dir/root.ext4,format=raw,if=virtio,cache=unsafe" \
		-drive "file=$dir/payload.tar,format=raw,if=virtio,readonly=on" \
		"$@" -serial "file:$dir/$name.results" -serial "file:$dir/$name.kmsg") \
		>"$dir/$name.qemu" 2>&1 </dev/null &
	qemu_pid=$!
}

# What the guest is doing, as it says on its console.
# shellcheck disable=SC2317,SC2329 # progress calls it
step_now() {
	sed -n 's/\r$//; s/^host: [0-9]* s: //p' "$dir/$name.console" | tail -n 1
}

# finish NAME BOOTS: until QEMU ends
finish() {
	progress "$qemu_pid" "$dir/$1.results" '^(not )?ok ' "results of boot '$1'" step_now
	rc=0
	wait "$qemu_pid" || rc=$?
	qemu_pid=''
	! ended "$1" "$2" || return 0
	[ "$rc" -ne 124 ] || warn "boot '$1': killed after $seconds s"
	warn "boot '$1' did not come to its end; the last lines of its console:"
	tail -n 25 "$dir/$1.console" | tr -d '\000-\010\013-\037' | sed 's/^/  | /' >&2
	return 1
}

# boot KERNEL SECONDS [WORDS]: once, without firmware; words for the kernel
boot() {
	say "booting the $1 kernel, $(cat "$image/$1"), for at most $2 s"
	start "$1" "$2" -M q35 -no-reboot -kernel "$image/vmlinuz-$1" \
		-initrd "$dir/initrd-$1" -append "console=ttyS0 panic=-1 quiet ${3-}" \
		-serial "file:$dir/$1.console"
	finish "$1" 1
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

mok_password=enrol

# make_esp KERNEL
make_esp() {
	firmware=$("$top/tests/host/firmware")
	cp -r "$firmware/esp" "$dir/esp"
	cp "$image/vmlinuz-$1" "$dir/esp/vmlinuz"
	cp "$dir/initrd-$1" "$dir/esp/initrd"
	printf '%s\n' 'search --no-floppy --file --set=root /vmlinuz' \
		'linux /vmlinuz console=ttyS0 panic=-1 quiet' 'initrd /initrd' boot \
		>"$dir/esp/EFI/debian/grub.cfg"
	cp "$firmware/OVMF_VARS.fd" "$dir/vars.fd"
	mkfifo "$dir/keys.in" "$dir/keys.out"
}

# boot_secure KERNEL SECONDS [OPTION...]: twice, as MokManager reboots once
boot_secure() {
	say "booting the $1 kernel under Secure Boot, twice, for at most $2 s"
	make_esp "$1"
	limit=$2
	shift 2
	# The log that QEMU keeps is enough, but the pipe must be emptied.
	cat "$dir/keys.out" >/dev/null &
	keys_pid=$!
	start secure "$limit" "$@" -M q35,smm=on \
		-global driver=cfi.pflash01,property=secure,value=on \
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$firmware/OVMF_CODE.fd" \
		-drive "if=pflash,unit=1,format=raw,file=$dir/vars.fd" \
		-drive "file=fat:$dir/esp,format=raw,if=none,id=esp,readonly=on" \
		-device virtio-blk-pci,drive=esp,bootindex=0,addr=0x10 \
		-chardev "pipe,id=keys,path=$dir/keys,logfile=$dir/secure.console" \
		-serial chardev:keys
	# For reading too, so that this cannot hang when QEMU did not start.
	exec 3<>"$dir/keys.in"
	"$top/tests/host/machine/mokmanager" "$dir/secure.console" "$mok_password" "$qemu_pid" >&3 &
	keys_pid="$keys_pid $!"
	finish secure 2
	exec 3>&-
}

# count STEPS: adds up the results of that many steps into passed and failed,
# and says what failed.
count() {
	cat "$dir"/*.results >"$dir/results" || :
	grep -aE '^(not ok|#)' "$dir/results" || :
	"$top/tests/vm/tap" "$dir/results" >"$dir/summary" || :
	counts=$(counts_of "$dir/summary")
	passed=${counts% *} failed=${counts#* }
	if [ "$completed" -ne "$1" ]; then
		echo "not ok only $completed of $1 steps came to their end"
		failed=$((failed + 1))
	fi
}

# The disk is worth keeping only for whoever looks for a failure.
conclude() {
	if [ "$failed" -eq 0 ]; then
		rm "$dir/root.ext4"
	else
		echo "logs: $dir"
	fi
	say "the whole took $(($(now) - begin)) s"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
