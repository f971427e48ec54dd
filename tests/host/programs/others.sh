# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # lib.sh and guest set what is used
#
# Programs that do not work, and the reasons that Documentation/programs.md gives
# for them. A reason that is gone is a failure too: the page must then be corrected.

# run_as USER SECONDS COMMAND...: the output is what counts. vsftpd complains to
# what it takes for the client, its standard input.
run_as() {
	runuser -u "$1" -- setpriv --no-new-privs timeout "$2" \
		sh -c 'shift 2; "$@" 2>&1 <&1' sh "$@"
	return 0
}

# says WORDS USER SECONDS COMMAND...: within that time. Not all of them end then.
says() {
	words=$1
	shift
	run_as "$@" >"$state/says" &
	run=$!
	within "$2" grep "$words" "$state/says"
	rc=$?
	pkill -P "$run"
	wait "$run"
	cat "$state/says"
	return "$rc"
}

configurations() {
	mkdir -p /etc/others /srv/jail/others /run/others
	chown www-data /run/others
	cd /etc/others || return
	printf '%s\n' listen=YES listen_port=2122 anonymous_enable=YES \
		anon_root=/srv/jail/others >vsftpd.conf
	# It reads none that belongs to others.
	chown nobody vsftpd.conf
	# Not for those who are no root already.
	printf '%s\n' 'frontend = "[127.0.0.1]:8444"' 'backend = "[127.0.0.1]:8080"' \
		'pem-file = "/etc/others/pem"' 'chroot = "/srv/jail/others"' >hitch.conf
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key -out cert
	cat key cert >pem
	chmod 644 pem
	printf '%s\n' '[global]' error_log=/run/others/php.log 'daemonize=no' '[www]' \
		listen=127.0.0.1:9000 chroot=/srv/jail/others pm=static \
		pm.max_children=1 >php.conf
	printf '%s\n' 'server.document-root = "/srv/jail/others"' \
		'server.chroot = "/srv/jail/others"' 'server.port = 8084' >lighttpd.conf
	mkdir -p /srv/jail/others/var/tmp
	echo 'listen on 127.0.0.1' >ntpd.conf
	printf '%s\n' 'listen on 127.0.0.1 port 2525' 'action a maildir "/tmp/m"' \
		'match for any action a' >smtpd.conf
	ssh-keygen -q -t ed25519 -N '' -f sshkey
	chown www-data sshkey
	printf '%s\n' 'Port 2222' 'ListenAddress 127.0.0.1' 'HostKey /etc/others/sshkey' \
		'AuthorizedKeysFile /etc/others/sshkey.pub' 'StrictModes no' 'UsePAM no' \
		'PidFile none' 'ChrootDirectory /srv/jail/others' \
		'ForceCommand internal-sftp' >sshd.conf
	mkdir -p /run/sshd
	cd /
}

# It says nothing, and runs outside: the worst way not to work.
lighttpd_stays_outside() {
	before=$(counter allowed)
	run_as www-data 60 lighttpd -D -f /etc/others/lighttpd.conf &
	within 15 curl -sS -o "$state/lighttpd" http://127.0.0.1:8084/
	pid=$(pgrep -x lighttpd)
	ls -l "/proc/$pid/root"
	[ "$(readlink "/proc/$pid/root")" = / ] && [ "$(counter allowed)" -eq "$before" ]
	rc=$?
	kill "$pid"
	return "$rc"
}

sshd_says_no() {
	run_as www-data 60 /usr/sbin/sshd -D -e -f /etc/others/sshd.conf >"$state/sshd" &
	within 20 grep 'Server listening' "$state/sshd" || return
	echo ls | runuser -u www-data -- sftp -q -P 2222 -i /etc/others/sshkey \
		-oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null www-data@127.0.0.1
	within 5 grep 'server lacks privileges to chroot' "$state/sshd"
	rc=$?
	cat "$state/sshd"
	pkill -x sshd
	return "$rc"
}

dynamic_user_is_refused() {
	before=$(counter refused_seccomp)
	systemd-run -q --wait -p DynamicUser=yes /usr/sbin/chroot /srv/tree /bin/busybox true
	[ "$(counter refused_seccomp)" -gt "$before" ]
}

load >/dev/null 2>&1
configurations >/dev/null 2>&1
try 'vsftpd wants to be started by root' \
	says 'must be started as root' nobody 30 vsftpd /etc/others/vsftpd.conf
try 'hitch wants to be started by root' \
	says 'chroot requires hitch to be started as root' nobody 30 hitch --config=/etc/others/hitch.conf
try 'OpenNTPD wants to be root' says 'need root privileges' nobody 30 ntpd -d -f /etc/others/ntpd.conf
try 'OpenSMTPD wants to be root' says 'need root privileges' nobody 30 smtpd -d -f /etc/others/smtpd.conf
try "PHP-FPM ignores its setting unless it is root" \
	says "'chroot' directive is ignored" www-data 30 php-fpm8.2 -y /etc/others/php.conf
try 'lighttpd ignores its setting without a word unless it is root' lighttpd_stays_outside
try 'sshd says that it lacks privileges' sshd_says_no
try 'uwsgi wants to be root' says 'cannot chroot() as non-root user' www-data 30 \
	uwsgi --chroot /srv/tree --http-socket 127.0.0.1:8086
try 'capsh wants the capability' says 'unable to raise CAP_SYS_CHROOT' nobody 30 capsh --chroot=/srv/tree -- -c true
try 'a unit with DynamicUser= is under a seccomp filter' dynamic_user_is_refused
